/** The results as a chart: how far each row is from its goal. */
import type { Measured } from './measure.js'

const WIDTH = 960
const NAMES = 420
const LINE = 30
const TOP = 56
/** Longest bar, in multiples of the goal: longer ones would shrink all others. */
const MAX_GOALS = 2

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Returns a figure as a multiple of its goal; for an upper bound, how many times it fits into it. */
function reach({ goal, value, ratio }: Measured, measured = goal?.absolute ? value : ratio): number {
  return goal?.atLeast === undefined ? (goal?.atMost ?? Number.NaN) / measured : measured / goal.atLeast
}

/** Draws an SVG with a bar per row with a goal, its spread drawn on top. */
export function chart(all: Measured[]): string {
  const rows = all.filter(({ goal }) => goal)
  const height = TOP + rows.length * LINE + 24
  const unit = (WIDTH - NAMES - 90) / MAX_GOALS
  const x = (goals: number) => NAMES + Math.min(goals, MAX_GOALS) * unit
  const bars = rows.map((row, i) => {
    const y = TOP + i * LINE
    const reached = reach(row)
    const [low, high] = row.goal?.absolute
      ? [reached, reached]
      : row.spread.map((ratio) => x(reach(row, ratio)))
    const whisker = row.goal?.absolute ? '' : `<path d="M${low} ${y + 10}H${high}" class="spread"/>`
    return `<text x="${NAMES - 10}" y="${y + 14}" text-anchor="end">${escaped(row.name)}</text>
<rect x="${NAMES}" y="${y}" width="${x(reached) - NAMES}" height="20" class="${row.met ? 'met' : 'missed'}"/>${whisker}
<text x="${x(reached) + 8}" y="${y + 14}">${reached.toFixed(2)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13" role="img">
<title>How far each row is from its goal</title>
<style>.met{fill:#4c9f70}.missed{fill:#d08c3c}.spread{stroke:#222;stroke-width:2}.goal{stroke:#222;stroke-dasharray:4 3}</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${NAMES}" y="22" font-weight="600">Times the goal (further right is better; bars end at ${MAX_GOALS})</text>
<path d="M${x(1)} ${TOP - 14}V${height - 16}" class="goal"/><text x="${x(1)}" y="${TOP - 18}" text-anchor="middle">goal</text>
${bars.join('\n')}
</svg>
`
}
