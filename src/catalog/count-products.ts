import { type Sql, sql } from '../db/sql.js'
import { conditionsOf, type Filter, restrictionsOf } from './restrictions.js'
import { leastOf } from './sizes.js'
import type { Sought } from './sought.js'
import { inOrderOf } from './sources.js'
import { type Listing, partsOf, selectFrom, type Walk } from './walks.js'

/** How many products a list has. */
export interface Total {
  total: number
  /** Whether these are all; otherwise it has so many at least. */
  isExact: boolean
}

const EVERYTHING = { least: [], most: [] }

/**
 * Counts the products for sale that pass `filter`, as far as `limits` allow: to a number of products, and to a cost.
 * @param sought what the index has of the filter's words
 */
export async function countProducts(listing: Listing, filter: Filter, sought: Sought[]): Promise<Total> {
  const { db, work, limits } = listing
  const restrictions = restrictionsOf(db.dialect, filter, sought)
  const found = await leastOf(listing, restrictions, limits.few, limits.many)
  const [first] = restrictions
  const source = found?.restriction.source ?? first?.source ?? inOrderOf(db.dialect, '-createdAt', EVERYTHING)
  const walk: Walk = { source, descending: true, ...conditionsOf(restrictions, filter, source) }
  const end = work.cost + limits.countBudget
  let total = 0
  for await (const part of partsOf(listing, walk)) {
    const rest = sql`LIMIT ${limits.counted - total + 1}`
    const [row] = await part.read<{ n: bigint }[]>(
      counted(selectFrom(db.dialect, { walk, part, ofRow: false }, sql`1 AS one`, rest)),
    )
    total += Number(row?.n)
    if (total > limits.counted) return { total: limits.counted, isExact: false }
    if (part.end && work.cost >= end) return { total, isExact: false }
  }
  return { total, isExact: true }
}

const counted = (rows: Sql) => sql`SELECT COUNT(*) AS n FROM (${rows}) AS passing`
