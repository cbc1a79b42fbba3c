import { sql } from '../db/sql.js'
import type { Restriction } from './restrictions.js'
import { type Listing, wholeOf } from './walks.js'
import { INDEX_ROW } from './work.js'

/** How much further is counted where all were too many. */
export const GROWTH = 10

/** A restriction, and about how many products pass it: those of its range of the index. */
export interface Sized {
  restriction: Restriction
  size: number
}

/** How many rows the range of a restriction has, counted up to `cap` and one more. */
async function sizeOf({ db, work }: Listing, { source }: Restriction, cap: number): Promise<number> {
  const rows = sql`SELECT 1 AS one FROM ${source.from} ${wholeOf(db.dialect, source)} LIMIT ${cap + 1}`
  const [row] = await work.step(cap * INDEX_ROW, () =>
    db.read.$queryRaw<{ n: bigint }[]>(sql`SELECT COUNT(*) AS n FROM (${rows}) AS capped`),
  )
  return Number(row?.n)
}

/**
 * The restriction that the fewest products pass; undefined where more than `most` pass each. It counts all of them together,
 * up to ten times further each time, so that a small one is found without counting the large ones to their end.
 * @param least how far is counted at first
 */
export async function leastOf(
  listing: Listing,
  restrictions: Restriction[],
  least: number,
  most: number,
): Promise<Sized | undefined> {
  for (let cap = least; ; cap = Math.min(cap * GROWTH, most)) {
    let found: Sized | undefined
    for (const restriction of restrictions) {
      const size = await sizeOf(listing, restriction, Math.min(cap, found?.size ?? cap))
      if (size <= cap && size < (found?.size ?? Number.POSITIVE_INFINITY)) found = { restriction, size }
      if (size === 0) break
    }
    if (found || cap >= most) return found
  }
}
