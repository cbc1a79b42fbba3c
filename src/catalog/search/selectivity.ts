import { sql } from '../../db/sql.js'
import { INDEX_ROW } from '../../search/budget.js'
import type { Restriction } from './filters.js'
import { type Listing, wholeRange } from './index-scan.js'

/** Growth of the counting cap when every condition exceeded it. */
export const GROWTH = 10

/** A condition and its approximate number of matching products: the rows of its index range. */
export interface Sized {
  restriction: Restriction
  size: number
}

/** Counts the rows in the index range of a condition, up to `cap` plus one. */
async function sizeOf({ db, work }: Listing, { source }: Restriction, cap: number): Promise<number> {
  const rows = sql`SELECT 1 AS one FROM ${source.from} ${wholeRange(db.dialect, source)} LIMIT ${cap + 1}`
  const [row] = await work.step(cap * INDEX_ROW, () =>
    db.read.$queryRaw<{ n: bigint }[]>(sql`SELECT COUNT(*) AS n FROM (${rows}) AS capped`),
  )
  return Number(row?.n)
}

/**
 * Returns the most selective condition, or undefined if each matches more than `most` products. Counts all of
 * them under a shared cap which grows tenfold, so a small range is found without counting the large ones in
 * full.
 * @param least the initial cap
 */
export async function mostSelective(
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
