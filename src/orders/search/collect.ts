import { raw, type Sql, sql } from '../../db/sql.js'
import { allBatchesOf } from './batches.js'
import type { Listing, PageQuery } from './listing.js'
import type { OrderReader } from './reader.js'
import type { ListedOrder } from './rows.js'
import { compareOrders, isDescending, keyColumns, keyOf } from './sort-and-cursor.js'
import type { Source } from './sources.js'

/**
 * Returns the page of a list by reading all orders of a source and keeping the first.
 * @param size the approximate number of its orders
 */
export async function collect(
  listing: Listing,
  reader: OrderReader,
  source: Source,
  size: number,
  { filter, sort, after, take }: PageQuery,
): Promise<ListedOrder[]> {
  const { db, limits } = listing
  const descending = isDescending(sort)
  // The plus keeps the planner from using these as the index range instead of the batch's own.
  const columns = keyColumns(sort).map((column) => `+${column}`)
  const behind = after ? [db.dialect.compareKeys(columns, descending ? '<' : '>', after)] : []
  const order = `ORDER BY ${columns.map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`).join(', ')}`
  // Orders that turn out to lack a word are replaced by later ones: then all are read.
  const rest = filter.words.length > 0 ? sql`` : sql`${raw(order)} LIMIT ${take}`
  let first: ListedOrder[] = []
  for await (const batch of allBatchesOf(listing, source, Math.max(1, Math.min(size + 1, limits.few)))) {
    const last = first[take - 1]
    const before: Sql[] = last
      ? [db.dialect.compareKeys(columns, descending ? '>' : '<', keyOf(sort, last))]
      : []
    const known = new Set(first.map(({ id }) => id))
    const found = await reader.read(batch, [...behind, ...before], rest)
    first.push(...found.filter(({ id }) => !known.has(id)))
    first = first.sort((a, b) => compareOrders(sort, a, b)).slice(0, take)
  }
  return first
}
