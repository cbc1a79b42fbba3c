import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const KEPT_MS = 7 * 86_400_000

/**
 * Removes the files of earlier builds from `folder`, a week after they were replaced: a server that runs from them loads some
 * of its chunks late. The names of chunks contain a hash of their content, so the files of two builds do not mix.
 * @param current the names that the build which just ended has written
 */
export function removeReplaced(folder, current, now = new Date()) {
  const list = join(folder, '.files')
  const previous = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.') || current.includes(entry.name)) continue
    const file = join(folder, entry.name)
    if (previous.includes(entry.name)) utimesSync(file, now, now)
    else if (now.getTime() - statSync(file).mtimeMs > KEPT_MS) rmSync(file)
  }
  writeFileSync(list, JSON.stringify(current))
}
