import type { Db } from '../db/types.js'
import { countProducts } from './count-products.js'
import { type ListLimits, standardLimits } from './limits.js'
import { createListQueries, type ListQuery, type ListRow } from './list-queries.js'
import { termsOf } from './names.js'
import type { Filter } from './restrictions.js'
import { decodeCursor, encodeCursor, keyOf, type SortName } from './sorts.js'

export interface ListRequest {
  /** What the name is searched for: each word must begin a word of it. */
  q?: string | undefined
  /** In minor units. */
  minPrice?: number | undefined
  maxPrice?: number | undefined
  /** Only what is in stock, or only what is sold out. */
  inStock?: boolean | undefined
  sort: SortName
  limit: number
  /** Goes on after the last product of the answer that gave it. */
  cursor?: string | undefined
  /** Instead of a cursor: the page, from 1. */
  page?: number | undefined
}

/** The products of a page of a list, in its order. */
export interface FoundProducts {
  rows: ListRow[]
  /** Null at the end. */
  nextCursor: string | null
  /** Only where a page was asked for. */
  page?: number
  /** How many products all pages hold. Only where a page was asked for. */
  total?: number
}

const MOST_WORDS = 10

/** Lists of products for sale: searched, filtered, sorted, and walked by cursor or by page. */
export function createProductFinder(db: Db, limits: ListLimits = standardLimits) {
  const selectProducts = createListQueries(db, limits)

  /** @throws Problem invalidRequest for a cursor that is none of this order. */
  return async function find(request: ListRequest): Promise<FoundProducts> {
    const { q = '', minPrice, maxPrice, inStock, sort, limit, cursor, page } = request
    const words = termsOf(q).slice(0, MOST_WORDS)
    const filter: Filter = { words, minPrice, maxPrice, inStock }
    const query: ListQuery = {
      filter,
      sort,
      after: cursor === undefined ? undefined : decodeCursor(sort, cursor),
      offset: page === undefined ? 0 : (page - 1) * limit,
      take: limit + 1, // one more than is shown tells whether there is more
    }
    // What was searched for has no word in it, and so no name has it.
    const nothing = words.length === 0 && q.trim() !== ''
    const rows = nothing ? [] : await selectProducts(query)
    const shown = rows.slice(0, limit)
    const last = rows.length > limit ? shown.at(-1) : undefined
    return {
      rows: shown,
      nextCursor: last ? encodeCursor(sort, keyOf(sort, last)) : null,
      ...(page !== undefined && { page, total: nothing ? 0 : await countProducts(db, filter, limits) }),
    }
  }
}
