import type { OrderView } from '../../contract/order.js'
import type { Caller } from '../../db/admission.js'
import type { Db } from '../../db/db.js'
import { Work } from '../../search/budget.js'
import { viewOrder } from '../order.js'
import { hasOnlyIds, type OrderSearch } from './filter.js'
import { findWords } from './find-words.js'
import { defaultOrderLimits, type OrderListLimits } from './limits.js'
import { selectOrders } from './select.js'
import { decodeCursor, encodeCursor, fingerprintOf, keyOf } from './sort-and-cursor.js'
import { TermCounts } from './term-counts.js'
import { parseWords } from './words.js'

export interface OrderQuery extends OrderSearch {
  limit: number
  /** Continues after the last order of the page with this cursor, of the same search. */
  cursor?: string | undefined
}

export interface OrderPage {
  /** May be shorter than requested before the end of the list, when a full search would exceed the budget. */
  items: OrderView[]
  /** Null only at the end. */
  nextCursor: string | null
}

const NOTHING: OrderPage = { items: [], nextCursor: null }

/** An internal caller, which never leaves. */
const INTERNAL: Caller = { client: '', gone: () => false }

/** Orders per page of a stream. */
const STREAMED = 500

/** Creates the list query of orders: search, filters and sort, paged by cursor. */
export function createOrderSearch(db: Db, limits: OrderListLimits = defaultOrderLimits) {
  const counts = new TermCounts()
  /**
   * Returns one page of a list.
   * @param caller the client an expensive list is queued under
   * @throws Problem invalid-request for a cursor of another list; overloaded when too many expensive lists are queued;
   * clientGone
   */
  async function list(
    { limit, cursor, ...search }: OrderQuery,
    caller: Caller = INTERNAL,
  ): Promise<OrderPage> {
    const { sort = '-createdAt', q = '', ...conditions } = search
    const fingerprint = fingerprintOf({ ...search, sort })
    const after = cursor === undefined ? undefined : decodeCursor(sort, fingerprint, cursor)
    if (!hasOnlyIds(conditions)) return NOTHING
    const work = new Work(db.steps, caller, limits, db.dialect.remote)
    try {
      // The extra order tells whether another page follows.
      const listing = { db, work, limits, counts }
      const words = await findWords(listing, parseWords(q), conditions.byCustomer ?? false)
      const query = { filter: { ...conditions, words }, sort, after, take: limit + 1 }
      const { rows, stoppedAt } = await selectOrders(listing, query)
      const shown = rows.slice(0, limit)
      const last = rows.length > limit ? shown.at(-1) : undefined
      const next = last ? keyOf(sort, last) : stoppedAt
      return {
        items: shown.map((order) => viewOrder(order, db.money)),
        nextCursor: next ? encodeCursor(sort, fingerprint, next) : null,
      }
    } finally {
      work.close()
    }
  }

  return {
    list,

    /**
     * Yields all orders of a search in pages, in constant memory. Pages may be empty. Orders placed meanwhile may be
     * among them; none is yielded twice.
     * @param cursor the `nextCursor` of a page of the same search to continue after
     * @throws as `list`
     */
    async *pages(
      search: OrderSearch,
      caller: Caller = INTERNAL,
      cursor?: string,
    ): AsyncGenerator<OrderView[]> {
      for (let at = cursor; ; ) {
        const page = await list({ ...search, limit: STREAMED, cursor: at }, caller)
        yield page.items
        if (page.nextCursor === null) return
        at = page.nextCursor
      }
    },
  }
}
