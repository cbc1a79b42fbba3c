import type { IndexStep, OrderIdsQuery, OrderLists } from '../dialect.js'
import { raw, type Sql, sql } from '../sql.js'
import type { RawTx } from '../transaction.js'
import { direct } from './raw-transaction.js'

const POSITION = 'SELECT position FROM order_index WHERE id = 1'

const NEXT = `
  SELECT MAX(id) AS last, COUNT(*) AS count
  FROM (SELECT id FROM orders WHERE id > ? AND id < ? ORDER BY id LIMIT ?)`

// In the order of their keys: each page is changed once.
const INSERTS = [
  `INSERT INTO orders_by_product (product_id, id)
   SELECT product_id, id FROM orders WHERE id > ? AND id <= ? ORDER BY product_id, id`,
  `INSERT INTO orders_by_total (total_price, id)
   SELECT total_price, id FROM orders WHERE id > ? AND id <= ? ORDER BY total_price, id`,
  `INSERT INTO orders_by_product_total (product_id, total_price, id)
   SELECT product_id, total_price, id FROM orders WHERE id > ? AND id <= ? ORDER BY product_id, total_price, id`,
]

const REWINDS = ['orders_by_product', 'orders_by_total', 'orders_by_product_total'].map(
  (table) => `DELETE FROM ${table} WHERE id > ?`,
)

const REST = 'SELECT 1 AS one FROM orders WHERE id > ? LIMIT 1'

const MOVE = 'UPDATE order_index SET position = ? WHERE id = 1'

export const orderLists: OrderLists = {
  product: raw('orders_by_product'),
  total: raw('orders_by_total'),
  productTotal: {
    from: raw('orders_by_product_total'),
    key: raw("printf('%020d', total_price) || id"),
  },
  position: raw(POSITION),
}

/** Returns the query of `Dialect.orderIds`: from the index up to its position, and from the orders after it. */
export function orderIds({ where, order, limit }: OrderIdsQuery): Sql {
  const arm = (source: Sql) =>
    sql`SELECT * FROM (SELECT id FROM ${source} AND (${where}) ORDER BY ${order} LIMIT ${limit})`
  return sql`
    ${arm(sql`orders_by_product WHERE 1`)} UNION ALL
    ${arm(sql`orders WHERE id > (SELECT position FROM order_index WHERE order_index.id = 1)`)}
    ORDER BY ${order} LIMIT ${limit}`
}

/**
 * Adds the next orders to the indexes. Readers find the orders after the position by their ids, so
 * they see all of them at any time.
 * @param limit maximum number of orders
 * @param bound exclusive upper bound of their ids: every later order has a higher id
 * @param rewound where the indexes are rewound to if their position is not below the bound: the clock was set back
 */
export async function indexOrders(
  tx: RawTx,
  limit: number,
  bound: string,
  rewound: string,
): Promise<IndexStep> {
  const { get, run } = direct(tx)
  const position = get<{ position: string }>(POSITION)?.position ?? ''
  if (position >= bound) {
    for (const rewind of REWINDS) run(rewind, rewound)
    run(MOVE, rewound)
    return { isFull: false, isBehind: true }
  }
  const next = get<{ last: string | null; count: number }>(NEXT, position, bound, limit)
  if (!next?.last) return { isFull: false, isBehind: get(REST, position) !== undefined }
  for (const insert of INSERTS) run(insert, position, next.last)
  run(MOVE, next.last)
  return { isFull: next.count === limit, isBehind: get(REST, next.last) !== undefined }
}
