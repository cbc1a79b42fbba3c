import type { Query } from '../db/audit.js'

/** The tables in which SQLite lists orders, up to a position, and their columns besides the id. */
const LISTS: Record<string, string[]> = {
  orders_by_product: ['product_id'],
  orders_by_total: ['total_price'],
  orders_by_product_total: ['product_id', 'total_price'],
}

const POSITION = 'SELECT position FROM order_index WHERE id = 1'

/**
 * Checks SQLite's lists of orders: each order up to their position must occur once. Returns the violations in words.
 */
export async function auditOrderLists(query: Query): Promise<string[]> {
  const faults: string[] = []
  for (const [table, columns] of Object.entries(LISTS)) {
    const same = columns.map((column) => `listed.${column} = orders.${column}`).join(' AND ')
    const [row] = await query(
      `SELECT (SELECT COUNT(*) FROM ${table}) AS listed,
         (SELECT COUNT(*) FROM orders WHERE id <= (${POSITION})) AS expected,
         (SELECT COUNT(*) FROM orders WHERE id <= (${POSITION})
           AND NOT EXISTS (SELECT 1 FROM ${table} AS listed WHERE ${same} AND listed.id = orders.id)) AS missing`,
    )
    const { listed = 0, expected = 0, missing = 0 } = row as Record<string, number>
    if (listed !== expected || missing > 0)
      faults.push(`${table} lists ${listed} orders of ${expected}, and lacks ${missing}`)
  }
  return faults
}
