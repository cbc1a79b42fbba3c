import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const RETENTION_MS = 7 * 86_400_000

/**
 * Removes the files of earlier builds from `folder` a week after they were replaced: a running server loads some
 * chunks lazily. Chunk names contain a content hash, so two builds can coexist.
 * @param current the file names written by the latest build
 */
export function removeReplaced(folder, current, now = new Date()) {
  const list = join(folder, '.files')
  const previous = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.') || current.includes(entry.name)) continue
    const file = join(folder, entry.name)
    if (previous.includes(entry.name)) utimesSync(file, now, now)
    else if (now.getTime() - statSync(file).mtimeMs > RETENTION_MS) rmSync(file)
  }
  writeFileSync(list, JSON.stringify(current))
}
