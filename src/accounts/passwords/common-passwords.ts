import { readFileSync } from 'node:fs'

let list: string | undefined

/**
 * Whether lower-case `text` is one of the 21,000 passwords of 8 characters or more most common in leaks.
 * NOTICE names the sources. The file is read on first use. It stays one text of 200 KB, since a search through all of it
 * takes a fraction of a millisecond, while a Set of its lines takes ten times the memory.
 */
export function isLeaked(text: string): boolean {
  list ??= `\n${readFileSync(new URL('./common-passwords.txt', import.meta.url), 'latin1')}`
  return !text.includes('\n') && list.includes(`\n${text}\n`)
}
