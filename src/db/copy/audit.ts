import type { Cell, CopySide } from './side.js'

// Both sums are made once for all products: SQLite has no index to look up the orders of one.
const UNBALANCED = `SELECT id FROM products
  LEFT JOIN (SELECT product_id, SUM(quantity) AS sum FROM orders WHERE status <> 'cancelled' GROUP BY product_id) AS ordered
    ON ordered.product_id = products.id
  LEFT JOIN (SELECT product_id, SUM(delta) AS sum FROM stock_adjustments GROUP BY product_id) AS booked
    ON booked.product_id = products.id
  WHERE products.stock + COALESCE(ordered.sum, 0) <> COALESCE(booked.sum, 0)
  ORDER BY id`

// Old events are deleted from the beginning, so the log is dense from its first to where the counter stands.
const LOG = 'SELECT COUNT(*) AS events, MIN(`offset`) AS first, MAX(`offset`) AS last FROM events'

const SHOWN = 3

/**
 * What is wrong with a shop's books, in words; nothing when all is well. What was put in must be what is left and what
 * was ordered and not cancelled, and the log must be dense up to its counter.
 */
export async function auditCopy(side: Pick<CopySide, 'query'>): Promise<string[]> {
  const faults: string[] = []
  const unbalanced = await side.query(UNBALANCED)
  if (unbalanced.length > 0) {
    const ids = unbalanced.slice(0, SHOWN).map(({ id }) => id)
    faults.push(`the stock of ${unbalanced.length} products does not fit their orders: ${ids.join(', ')} …`)
  }
  const [log] = await side.query(LOG)
  const [counter] = await side.query('SELECT last_offset FROM event_counter WHERE id = 1')
  const at = (cell: Cell | undefined) => Number(cell ?? 0)
  const events = at(log?.events)
  if (events > 0 && at(log?.last) - at(log?.first) + 1 !== events) faults.push('the log has a hole')
  if (events > 0 && at(log?.last) !== at(counter?.last_offset))
    faults.push('the counter is not at the end of the log')
  return faults
}
