import { sql } from '../../db/sql.js'
import { INDEX_ROW } from '../../search/budget.js'
import { where } from './clauses.js'
import type { Listing } from './listing.js'
import { type Source, wholeRange } from './sources.js'

/** Growth of the counting cap when every source exceeded it. */
const GROWTH = 10

export interface Sized {
  source: Source
  /** The approximate number of its orders. */
  size: number
}

/** Counts the orders of a source, up to `cap` plus one. */
async function sizeOf({ db, work }: Listing, { postings }: Source, cap: number): Promise<number> {
  let size = 0
  for (const each of postings) {
    const rows = sql`SELECT id FROM ${each.from} ${where(wholeRange(each))} LIMIT ${cap - size + 1}`
    const [row] = await work.step(cap * INDEX_ROW, () =>
      db.read.$queryRaw<{ n: bigint }[]>(sql`SELECT COUNT(*) AS n FROM (${rows}) AS capped`),
    )
    size += Number(row?.n)
    if (size > cap) break
  }
  return size
}

/**
 * Returns the source with the fewest orders, or undefined if each has more than `most`. Counts all of them under a shared cap
 * which grows tenfold, so a small one is found without counting the large ones in full.
 * @param least the initial cap
 */
export async function mostSelective(
  listing: Listing,
  sources: Source[],
  least: number,
  most: number,
): Promise<Sized | undefined> {
  for (let cap = least; ; cap = Math.min(Math.max(cap, 1) * GROWTH, most)) {
    let found: Sized | undefined
    for (const source of sources) {
      const size = await sizeOf(listing, source, Math.min(cap, found?.size ?? cap))
      if (size <= cap && size < (found?.size ?? Number.POSITIVE_INFINITY)) found = { source, size }
      if (size === 0) break
    }
    if (found || cap >= most) return found
  }
}
