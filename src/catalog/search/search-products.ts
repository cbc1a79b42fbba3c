import type { Caller } from '../../db/admission.js'
import type { Db } from '../../db/db.js'
import { invalidRequest } from '../../errors.js'
import { Work } from '../../search/budget.js'
import { termsOf } from '../../search/tokenize.js'
import { countProducts } from './count-products.js'
import type { Filter } from './filters.js'
import { findBySku } from './find-by-sku.js'
import type { Listing } from './index-scan.js'
import type { ListRow } from './list-rows.js'
import { selectProducts } from './plan.js'
import { findQueryTerms } from './query-terms.js'
import { decodeCursor, encodeCursor, type SortName, sortKeyOf, sorts } from './sort-and-cursor.js'
import { defaultLimits, type ListLimits } from './thresholds.js'

export interface ListRequest {
  /** Only the product with this SKU. */
  sku?: string | undefined
  /** Search text: each word must be a prefix of a word of the name. */
  q?: string | undefined
  /** In minor units. */
  minPrice?: number | undefined
  maxPrice?: number | undefined
  /** Only products in stock (true) or only sold-out ones (false). */
  inStock?: boolean | undefined
  sort: SortName
  limit: number
  /** Continues after the last product of the response with this cursor. */
  cursor?: string | undefined
  /** The page number, from 1; an alternative to the cursor. */
  page?: number | undefined
}

/** One page of a list, in order. */
export interface FoundProducts {
  /** May be shorter than requested before the end of the list, when a full search would exceed the budget. */
  rows: ListRow[]
  /** Null only at the end. */
  nextCursor: string | null
  /** Only with `page`. */
  page?: number
  /** The number of products in the list. Only with `page`. */
  total?: number
  /** Whether `total` is exact or a lower bound. Only with `page`. */
  totalIsExact?: boolean
}

const MAX_WORDS = 10

const tooDeep = (message: string) => invalidRequest([{ path: 'page', message }])

/** An internal caller, which never leaves. */
const INTERNAL: Caller = { client: '', gone: () => false }

/** Creates the list query: search, filters and sort, paged by cursor or by number. */
export function createProductFinder(db: Db, limits: ListLimits = defaultLimits) {
  async function find(listing: Listing, request: ListRequest): Promise<FoundProducts> {
    const { sku, q = '', minPrice, maxPrice, inStock, sort, limit, cursor, page } = request
    const words = termsOf(q).slice(0, MAX_WORDS)
    const offset = page === undefined ? 0 : (page - 1) * limit
    if (offset + limit > limits.maxDepth)
      throw tooDeep(
        `must end within the first ${limits.maxDepth} products of the list: use cursor to go further`,
      )
    const filter: Filter = { words, minPrice, maxPrice, inStock }
    const after = cursor === undefined ? undefined : decodeCursor(sort, cursor)
    const counted = (total: number, isExact: boolean) =>
      page === undefined ? {} : { page, total, totalIsExact: isExact }
    // The query contains no word, so no name can match.
    if (words.length === 0 && q.trim() !== '') return { rows: [], nextCursor: null, ...counted(0, true) }
    if (sku !== undefined) {
      const all = await findBySku(listing, sku, filter)
      return {
        rows: after ? [] : all.slice(offset, offset + limit),
        nextCursor: null,
        ...counted(all.length, true),
      }
    }

    const { descending } = sorts[sort]
    const queryTerms = await listing.work.step(words.length * limits.sample, () =>
      findQueryTerms(db.read, words, { sample: limits.sample, descending }),
    )
    const take = limit + 1 // the extra row tells whether another page follows
    const { rows, stoppedAt } = await selectProducts(listing, {
      filter,
      queryTerms,
      sort,
      after,
      offset,
      take,
    })
    if (stoppedAt && offset > 0)
      throw tooDeep('is too far down in so rare a selection: use cursor, or narrow the search')
    const shown = rows.slice(0, limit)
    const last = rows.length > limit ? shown.at(-1) : undefined
    const next = last ? sortKeyOf(sort, last) : stoppedAt
    const found = { rows: shown, nextCursor: next ? encodeCursor(sort, next) : null }
    if (page === undefined) return found
    if (!next && (rows.length > 0 || offset === 0))
      return { ...found, ...counted(offset + rows.length, true) }
    const { total, isExact } = await countProducts(listing, filter, queryTerms)
    return { ...found, ...counted(total, isExact) }
  }

  /**
   * Returns one page of a list.
   * @param caller the client an expensive list is queued under
   * @throws Problem invalidRequest for a cursor of another sort order or a page too deep; overloaded when too
   * many expensive lists are queued; clientGone.
   */
  return async (request: ListRequest, caller: Caller = INTERNAL): Promise<FoundProducts> => {
    const work = new Work(db.steps, caller, limits, db.dialect.remote)
    try {
      return await find({ db, work, limits }, request)
    } finally {
      work.close()
    }
  }
}
