import type { Db } from '../../db/db.js'
import type { Work } from '../../search/budget.js'
import type { OrderFilter } from './filter.js'
import type { OrderListLimits } from './limits.js'
import type { ListedOrder } from './rows.js'
import type { Key, OrderSort } from './sort-and-cursor.js'
import type { TermCounts } from './term-counts.js'

/** The context of one list. */
export interface Listing {
  db: Db
  work: Work
  limits: OrderListLimits
  counts: TermCounts
  /** The id after which orders are missing from `Dialect.orderLists`; undefined if none are. */
  position?: string | undefined
}

/** A page of a list. */
export interface PageQuery {
  filter: OrderFilter
  sort: OrderSort
  /** The key to resume after. */
  after: Key | undefined
  /** Orders to return. */
  take: number
}

/** The orders of a page, in list order. */
export interface Selected {
  rows: ListedOrder[]
  /** The key to resume after, when the search stopped at its cost budget. */
  stoppedAt?: Key | undefined
}
