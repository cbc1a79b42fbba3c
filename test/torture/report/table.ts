import type { FindingKind } from '../checks/finding.js'
import type { Result } from '../torture.js'

/** A fault that did not run on a database, and the reason. */
export interface Skipped {
  name: string
  database: string
  reason: string
}

const seconds = (ms: number) => (ms / 1000).toFixed(ms < 9_950 ? 2 : 1)

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
}

const spread = (values: readonly number[]) =>
  values.length > 0 ? `${seconds(median(values))} / ${seconds(Math.max(...values))}` : '-'

const NAMES = { sqlite: 'SQLite', mysql: 'MariaDB', group: 'MySQL group', galera: 'Galera' }

const COLUMNS: readonly [title: string, cell: (result: Result) => string][] = [
  ['fault', ({ fault }) => `\`${fault.name}\``],
  ['on', ({ database }) => NAMES[database]],
  ['rounds', (result) => String(roundsWithHit(result))],
  ['hits', ({ rounds }) => String(rounds.reduce((sum, { hits }) => sum + hits, 0))],
  ['orders', ({ acknowledged }) => acknowledged.toLocaleString('en-US')],
  ['lost', count('lost')],
  ['doubled', count('doubled')],
  ['gaps', count('gap')],
  ['books', count('books')],
  ['answers', count('answer')],
  ['stuck', count('recovery')],
  ['deaths', ({ rounds }) => String(rounds.reduce((sum, { deaths }) => sum + deaths.length, 0))],
  ['ready s', ({ rounds }) => spread(rounds.flatMap(({ recovery }) => recovery?.readyMs ?? []))],
  ['order s', ({ rounds }) => spread(rounds.flatMap(({ recovery }) => recovery?.orderMs ?? []))],
]

function count(kind: FindingKind) {
  return ({ rounds }: Result) =>
    String(rounds.flatMap(({ findings }) => findings).filter((finding) => finding.kind === kind).length)
}

/** The number of rounds with a hit. */
export const roundsWithHit = ({ rounds }: Pick<Result, 'rounds'>) =>
  rounds.filter(({ hits }) => hits > 0).length

/** Whether all guarantees held: enough rounds had a hit, and there were no findings or deaths. */
export const held = (result: Pick<Result, 'rounds' | 'wanted'>) =>
  roundsWithHit(result) >= result.wanted &&
  result.rounds.every(({ findings, deaths }) => findings.length === 0 && deaths.length === 0)

/** Formats the results as an aligned Markdown table. */
export function table(results: readonly Result[]): string {
  const lines = [
    COLUMNS.map(([title]) => title),
    ...results.map((result) => COLUMNS.map(([, cell]) => cell(result))),
  ]
  const widths = COLUMNS.map((_, i) => Math.max(...lines.map((cells) => cells[i]?.length ?? 0)))
  const rule = widths.map((width, i) => (i < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  const pad = (cells: string[]) =>
    cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
  const [head, ...body] = lines as [string[], ...string[][]]
  return [pad(head), rule, ...body.map(pad)].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
