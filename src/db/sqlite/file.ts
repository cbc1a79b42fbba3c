import { resolve } from 'node:path'

/** The path that a `file:` URL names, against the working directory. */
export const databaseFile = (url: string) => resolve(url.slice('file:'.length))

/** What is wrong with a `file:` URL, or undefined: it takes no parameters, which would become part of the file's name. */
export function fileUrlFault(url: string): string | undefined {
  const [, query] = url.split(/\?(.*)/s)
  if (query === undefined) return undefined
  const [name] = new URLSearchParams(query).keys()
  return `has the unknown parameter "${name ?? ''}": a file takes none`
}
