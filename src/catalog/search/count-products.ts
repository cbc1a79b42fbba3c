import { type Sql, sql } from '../../db/sql.js'
import { inOrderOf } from './access-paths.js'
import { type Filter, predicatesOf, restrictionsOf } from './filters.js'
import { type Listing, type Scan, selectFrom, slicesOf } from './index-scan.js'
import type { QueryTerm } from './query-terms.js'
import { mostSelective } from './selectivity.js'

/** The number of products in a list. */
export interface Total {
  total: number
  /** Whether `total` is exact; otherwise it is a lower bound. */
  isExact: boolean
}

const EVERYTHING = { least: [], most: [] }

/**
 * Counts the products for sale matching `filter`, up to a maximum count and a cost budget.
 * @param queryTerms the index statistics of the filter's words
 */
export async function countProducts(
  listing: Listing,
  filter: Filter,
  queryTerms: QueryTerm[],
): Promise<Total> {
  const { db, work, limits } = listing
  const restrictions = restrictionsOf(db.dialect, filter, queryTerms)
  const found = await mostSelective(listing, restrictions, limits.few, limits.many)
  const [first] = restrictions
  const source = found?.restriction.source ?? first?.source ?? inOrderOf(db.dialect, '-createdAt', EVERYTHING)
  const scan: Scan = { source, descending: true, ...predicatesOf(restrictions, filter, source) }
  const end = work.cost + limits.countBudget
  let total = 0
  for await (const slice of slicesOf(listing, scan)) {
    const rest = sql`LIMIT ${limits.counted - total + 1}`
    const [row] = await slice.read<{ n: bigint }[]>(
      counted(selectFrom(db.dialect, { scan, slice, ofRow: false }, sql`1 AS one`, rest)),
    )
    total += Number(row?.n)
    if (total > limits.counted) return { total: limits.counted, isExact: false }
    if (slice.end && work.cost >= end) return { total, isExact: false }
  }
  return { total, isExact: true }
}

const counted = (rows: Sql) => sql`SELECT COUNT(*) AS n FROM (${rows}) AS passing`
