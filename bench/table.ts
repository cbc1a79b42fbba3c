/** Formats the results for people. */
import type { Measured } from './measure.js'
import type { Results } from './results.js'

const number = (value: number) =>
  value >= 1_000 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3).replace(/\.0+$/, '')

const goalOf = ({ goal, unit }: Measured): string => {
  if (!goal) return ''
  const [sign, bound] = goal.atLeast === undefined ? ['≤', goal.atMost] : ['≥', goal.atLeast]
  return goal.absolute ? `${sign} ${bound} ${unit}` : `${sign} ${bound}`
}

const verdictOf = ({ met }: Measured) => (met === null ? '' : met ? 'met' : 'missed')

const HEAD = ['what', 'figure', 'against', 'ratio', 'spread', 'goal', '']

const cellsOf = (row: Measured): string[] => [
  row.name,
  `${number(row.value)} ${row.unit}`,
  `${number(row.other)} ${row.unit}: ${row.against}`,
  number(row.ratio),
  row.spread.map(number).join('–'),
  goalOf(row),
  verdictOf(row),
]

/** Formats the rows as columns for a terminal. */
export function table(rows: Measured[]): string[] {
  const lines = [HEAD, ...rows.map(cellsOf)]
  const widths = HEAD.map((_, i) => Math.max(...lines.map((cells) => cells[i]?.length ?? 0)))
  return lines.map((cells) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Formats the page stored next to the figures. */
export function markdown({ at, commit, machine, loader, mode, rows, skipped }: Results): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return `# Benchmark of ${at.slice(0, 10)}

\`${commit}\`, ${mode}. ${machine}. Load by ${loader}. Each ratio is the median of those of single rounds, in which the two took
turns; the spread is from the least to the greatest. [README.md](../README.md) says what the rows mean.

${[line(['', ...HEAD]), line(['---', ...HEAD.map(() => '---')]), ...rows.map((row) => line([row.suite, ...cellsOf(row)]))].join('\n')}

![Each ratio beside its goal](latest.svg)
${skipped.map((reason) => `\nNot run: ${reason}\n`).join('')}`
}
