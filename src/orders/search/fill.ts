import { batchesOf } from './batches.js'
import type { Listing, PageQuery, Selected } from './listing.js'
import type { OrderReader } from './reader.js'
import type { ListedOrder } from './rows.js'
import { compareOrders, isDescending } from './sort-and-cursor.js'
import type { Source } from './sources.js'

/** Another plan for the rest of a page: a source in list order, or the whole page. */
export type OtherWay = { source: Source } | { rows: ListedOrder[] }

/** Growth of the stretch after which another plan is considered again. */
const GROWTH = 4
/** The part by which a batch exceeds the rows that are expected to fill the page. */
const MARGIN = 1.25
/** How many rows to read first for each that is wanted, if a word leads to many products or customers. */
const SPARSE = 4

/**
 * Fills a page along a source in list order.
 * @param otherWay asked after stretches without a full page, until it gives another plan; with the number of rows to read until
 * the page is full, if the rest is like the stretch
 */
export async function fill(
  listing: Listing,
  reader: OrderReader,
  own: Source,
  query: PageQuery,
  otherWay: (rowsLeft: number) => Promise<OtherWay | undefined>,
): Promise<Selected> {
  const { work, limits } = listing
  const { filter, sort, take } = query
  const descending = isDescending(sort)
  const rows: ListedOrder[] = []
  let source: Source | undefined = own
  let after = query.after
  const isSparse = filter.words.some(({ products, users }) => !products || !users)
  let first = isSparse ? SPARSE * take : take
  let walked = 0
  let asks = limits.walked
  /** The number of rows that fill the page if the rest is like those read so far. */
  const rowsLeft = () => ((take - rows.length) * walked) / Math.max(rows.length, 1)
  const needed = () => Math.ceil(MARGIN * rowsLeft())
  while (source) {
    const walk = { descending, after, first, needed }
    const batches = batchesOf(listing, source, walk)
    source = undefined
    for await (const batch of batches) {
      const found = await reader.read(batch)
      rows.push(...found.sort((a, b) => compareOrders(sort, a, b)))
      if (rows.length >= take) return { rows: rows.slice(0, take) }
      if (!batch.end) break
      after = batch.end
      walked += batch.rows
      const left = rowsLeft()
      if (walked >= asks && left > limits.walked) {
        const other = await otherWay(left)
        if (other && 'rows' in other) return other
        source = other?.source
        first = take
        asks = source ? Number.POSITIVE_INFINITY : GROWTH * walked
        if (source) break
      }
      if (work.cost >= limits.budget) return { rows, stoppedAt: after }
    }
  }
  return { rows }
}
