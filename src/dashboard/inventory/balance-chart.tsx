import type { LedgerEntry } from '../../contract/ledger'
import { count, fullTime } from '../formats'
import { t } from '../languages/books'

const WIDTH = 300
const HEIGHT = 56

/** Returns the line of a stock over time, which stays until the next change. @param entries newest first */
function lineOf(entries: LedgerEntry[], most: number): string {
  const points = entries.toReversed().map(({ at, stock }) => ({ at: Date.parse(at), stock }))
  const [first, last] = [points.at(0)?.at ?? 0, points.at(-1)?.at ?? 0]
  const x = (at: number) => (((at - first) / Math.max(1, last - first)) * WIDTH).toFixed(1)
  const y = (stock: number) => (HEIGHT * (1 - stock / Math.max(1, most))).toFixed(1)
  const [begin, ...rest] = points.map(({ at, stock }) => [x(at), y(stock)] as const)
  return `M${begin?.join()}${rest.map(([right, up]) => `H${right}V${up}`).join('')}`
}

/** The stock over the listed changes, and its bounds in words. */
export function BalanceChart({ entries }: { entries: LedgerEntry[] }) {
  const oldest = entries.at(-1)
  if (!oldest || entries.length < 2) return null
  const stocks = entries.map(({ stock }) => stock)
  const [least, most] = [Math.min(...stocks), Math.max(...stocks)]
  const line = lineOf(entries, most)
  return (
    <figure class="balance">
      <svg viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`} preserveAspectRatio="none" aria-hidden="true">
        <path class="area" d={`${line}V${HEIGHT}H0Z`} />
        <path class="line" d={line} />
      </svg>
      <figcaption class="quiet">{t.stockBetween(count(least), count(most), fullTime(oldest.at))}</figcaption>
    </figure>
  )
}
