import type { Caller } from '../db/lane.js'
import type { Db } from '../db/types.js'
import { invalidRequest } from '../errors.js'
import { countProducts } from './count-products.js'
import { type ListLimits, standardLimits } from './limits.js'
import { selectProducts } from './list-queries.js'
import type { ListRow } from './list-rows.js'
import { termsOf } from './names.js'
import type { Filter } from './restrictions.js'
import { decodeCursor, encodeCursor, keyOf, type SortName, sorts } from './sorts.js'
import { soughtOf } from './sought.js'
import type { Listing } from './walks.js'
import { Work } from './work.js'

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
  /** Fewer than asked for, though there may be more, where to look for them all would have cost too much. */
  rows: ListRow[]
  /** Null at the end, and only there. */
  nextCursor: string | null
  /** Only where a page was asked for. */
  page?: number
  /** How many products the list has. Only where a page was asked for. */
  total?: number
  /** Whether there are exactly `total`; otherwise there are so many at least. Only where a page was asked for. */
  totalIsExact?: boolean
}

const MOST_WORDS = 10

const tooDeep = (message: string) => invalidRequest([{ path: 'page', message }])

/** Who does not leave, and waits for nobody. */
const ITSELF: Caller = { client: '', gone: () => false }

/** Lists of products for sale: searched, filtered, sorted, and walked by cursor or by page. */
export function createProductFinder(db: Db, limits: ListLimits = standardLimits) {
  async function find(listing: Listing, request: ListRequest): Promise<FoundProducts> {
    const { q = '', minPrice, maxPrice, inStock, sort, limit, cursor, page } = request
    const words = termsOf(q).slice(0, MOST_WORDS)
    const offset = page === undefined ? 0 : (page - 1) * limit
    if (offset + limit > limits.deepest)
      throw tooDeep(
        `must end within the first ${limits.deepest} products of the list: use cursor to go further`,
      )
    const filter: Filter = { words, minPrice, maxPrice, inStock }
    const after = cursor === undefined ? undefined : decodeCursor(sort, cursor)
    const counted = (total: number, isExact: boolean) =>
      page === undefined ? {} : { page, total, totalIsExact: isExact }
    // What was searched for has no word in it, and so no name has it.
    if (words.length === 0 && q.trim() !== '') return { rows: [], nextCursor: null, ...counted(0, true) }

    const { descending } = sorts[sort]
    const sought = await listing.work.step(words.length * limits.sample, () =>
      soughtOf(db.read, words, { sample: limits.sample, descending }),
    )
    const take = limit + 1 // one more than is shown tells whether there is more
    const { rows, stoppedAt } = await selectProducts(listing, { filter, sought, sort, after, offset, take })
    if (stoppedAt && offset > 0)
      throw tooDeep('is too far down in so rare a selection: use cursor, or narrow the search')
    const shown = rows.slice(0, limit)
    const last = rows.length > limit ? shown.at(-1) : undefined
    const next = last ? keyOf(sort, last) : stoppedAt
    const found = { rows: shown, nextCursor: next ? encodeCursor(sort, next) : null }
    if (page === undefined) return found
    if (!next && (rows.length > 0 || offset === 0))
      return { ...found, ...counted(offset + rows.length, true) }
    const { total, isExact } = await countProducts(listing, filter, sought)
    return { ...found, ...counted(total, isExact) }
  }

  /**
   * One page of a list.
   * @param caller whom a list that takes long is for
   * @throws Problem invalidRequest for a cursor that is none of this order, and for a page that is too far down; overloaded
   * when too many long lists wait; clientGone.
   */
  return async (request: ListRequest, caller: Caller = ITSELF): Promise<FoundProducts> => {
    const work = new Work(db.steps, caller, limits, db.dialect.remote)
    try {
      return await find({ db, work, limits }, request)
    } finally {
      work.close()
    }
  }
}
