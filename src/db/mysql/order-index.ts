import type { OrderIdsQuery, OrderLists } from '../dialect.js'
import { raw, type Sql, sql } from '../sql.js'

const along = (index: string) => raw(`orders FORCE INDEX (${index})`)

/** Indexes of the table itself. */
export const orderLists: OrderLists = {
  product: along('orders_product_id_id_idx'),
  total: along('orders_total_price_id_idx'),
}

/** Returns the query of `Dialect.orderIds`: from the index of the table itself. */
export const orderIds = ({ where, order, limit }: OrderIdsQuery): Sql =>
  sql`SELECT id FROM ${orderLists.product} WHERE ${where} ORDER BY ${order} LIMIT ${limit}`
