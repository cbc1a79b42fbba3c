import { sql } from '../../db/sql.js'
import { isIn, where } from './clauses.js'
import { restOf } from './conditions.js'
import { idsWithin } from './id-ranges.js'
import type { Listing, PageQuery, Selected } from './listing.js'
import { OrderReader } from './reader.js'
import { type ListedOrder, ORDER_COLUMNS } from './rows.js'
import { selectByTime } from './select-by-time.js'
import { selectByTotal } from './select-by-total.js'
import { isByTotal, isDescending } from './sort-and-cursor.js'
import { byColumns, everything, orderOf, rangeOf, type Source, source } from './sources.js'

/** Reads a page straight from an index in list order, if its range is exactly the list; undefined otherwise. */
async function cut({ db, work }: Listing, own: Source, query: PageQuery): Promise<ListedOrder[] | undefined> {
  const { filter, sort, after, take } = query
  const [only, ...others] = own.postings
  if (!only || others.length > 0 || only.values.length > 1 || own.lags) return undefined
  if (restOf(db.dialect, filter, own.covers).length > 0) return undefined
  const range = { byTotal: false, descending: isDescending(sort), after }
  const ids = only.column === undefined ? [] : [isIn(only.column, only.values)]
  const holds = [...only.fixed, ...ids, ...rangeOf(db.dialect, only, range)]
  const page = sql`SELECT ${ORDER_COLUMNS} FROM ${only.from} ${where(holds)} ORDER BY ${orderOf(range)} LIMIT ${take}`
  return work.step(take, () => db.read.$queryRaw<ListedOrder[]>(page))
}

async function positionOf({ db }: Listing): Promise<string | undefined> {
  const { position } = db.dialect.orderLists
  if (!position) return undefined
  const [row] = await db.read.$queryRaw<{ position: string }[]>(position)
  return row?.position ?? ''
}

/**
 * Selects a page of orders without ever scanning the whole table. All of it runs in short steps and stops at the cost budget.
 * Each step is a range of an index with a limit or with both ends bounded.
 */
export async function selectOrders(listing: Listing, query: PageQuery): Promise<Selected> {
  const { filter, sort } = query
  if (filter.words.some(({ places }) => places.size === 0)) return { rows: [] }
  const { dialect } = listing.db
  if (!isByTotal(sort)) {
    const own = byColumns(dialect, filter)[0] ?? source([], everything(dialect, idsWithin(filter)))
    const page = await cut(listing, own, query)
    if (page) return { rows: page }
  }
  const select = isByTotal(sort) ? selectByTotal : selectByTime
  for (let position = await positionOf(listing); ; ) {
    const asOf = { ...listing, position }
    const selected = await select(asOf, new OrderReader(asOf, filter), query)
    const now = await positionOf(listing)
    // Rewound, the lists lack orders that were in them at the start.
    if (position === undefined || now === undefined || now >= position) return selected
    position = now
  }
}
