import { resolve } from 'node:path'
import { isIrregular } from '../../regular-file.js'

/** Returns the path of a `file:` URL, resolved against the working directory. */
export const databaseFile = (url: string) => resolve(url.slice('file:'.length))

/**
 * Validates a `file:` URL; returns the fault or undefined. Parameters are rejected, as they would become part
 * of the file name, and an existing path must be a regular file.
 */
export function fileUrlFault(url: string): string | undefined {
  const [path = '', query] = url.slice('file:'.length).split(/\?(.*)/s)
  if (path === ':memory:') return 'must name a file: what is in memory would not survive the process'
  if (/^~/.test(path)) return 'begins with "~", which only a shell understands: name the folder in full'
  if (/^\/\/[^/]/.test(path)) return 'has a host: write file:/path or file:path'
  if (/[\\/]$/.test(path)) return 'names a folder and no file in it'
  if (query === undefined)
    return isIrregular(databaseFile(url))
      ? `names ${databaseFile(url)}, which is not a regular file`
      : undefined
  const [name] = new URLSearchParams(query).keys()
  return `has the unknown parameter "${name ?? ''}": a file takes none`
}
