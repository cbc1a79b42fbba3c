import { readFileSync, writeFileSync } from 'node:fs'

const page = new URL('../../../docs/guarantees.md', import.meta.url)
const BEGIN = '<!-- torture: begin -->'
const END = '<!-- torture: end -->'

/** Replaces the last run in docs/guarantees.md with `text`. */
export function writeRun(text: string): void {
  const before = readFileSync(page, 'utf8')
  const [begin, end] = [before.indexOf(BEGIN), before.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`docs/guarantees.md has no ${BEGIN} and ${END}`)
  writeFileSync(page, `${before.slice(0, begin + BEGIN.length)}\n${text}\n${before.slice(end)}`)
}
