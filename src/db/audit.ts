import type { Dialect } from './dialect.js'

/** Runs a statement and returns its rows. */
export type Query = (sql: string) => Promise<Record<string, unknown>[]>

// Aggregates all products at once: SQLite has no index on the orders of a product.
const UNBALANCED = `SELECT id FROM products
  LEFT JOIN (SELECT product_id, SUM(quantity) AS sum FROM orders WHERE status <> 'cancelled' GROUP BY product_id) AS ordered
    ON ordered.product_id = products.id
  LEFT JOIN (SELECT product_id, SUM(delta) AS sum FROM stock_adjustments GROUP BY product_id) AS booked
    ON booked.product_id = products.id
  WHERE products.stock + COALESCE(ordered.sum, 0) <> COALESCE(booked.sum, 0) OR products.stock < 0
  ORDER BY id`

// Retention deletes the oldest events, so the log is dense from its first event to the counter.
const LOG = `SELECT COUNT(*) AS events, COALESCE(MIN(\`offset\`), 1) AS first, COALESCE(MAX(\`offset\`), 0) AS last
  FROM events`

/** The member `name` of an event's data. */
const MEMBER: Record<Dialect['name'], (name: string) => string> = {
  sqlite: (name) => `data ->> '$.${name}'`,
  mysql: (name) => `JSON_UNQUOTE(JSON_EXTRACT(data, '$.${name}'))`,
}

const SHOWN = 3

const first = async (query: Query, sql: string): Promise<Record<string, number>> => {
  const [row = {}] = await query(sql)
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]))
}

/**
 * Checks a shop's invariants and returns the violations in words. Adjustments must equal the stock plus orders not
 * cancelled, and the log must be dense up to its counter.
 */
export async function auditShop(query: Query): Promise<string[]> {
  const faults: string[] = []
  const unbalanced = await query(UNBALANCED)
  if (unbalanced.length > 0) {
    const ids = unbalanced.slice(0, SHOWN).map(({ id }) => id)
    faults.push(`the stock of ${unbalanced.length} products does not fit their orders: ${ids.join(', ')} …`)
  }
  const log = await first(query, LOG)
  const counter = await first(query, 'SELECT last_offset FROM event_counter WHERE id = 1')
  if (log.events === 0) return faults
  if (Number(log.last) - Number(log.first) + 1 !== log.events) faults.push('the log has a gap')
  if (log.last !== counter.last_offset) faults.push('the counter is not at the end of the log')
  return faults
}

/**
 * Checks that the whole log is there and agrees with the rows: each order is created in it exactly once, and the last
 * stock of each product is that of its row. Only for a log from which retention has deleted nothing.
 */
export async function auditLog(query: Query, dialect: Dialect['name']): Promise<string[]> {
  const member = MEMBER[dialect]
  const faults: string[] = []
  const log = await first(query, LOG)
  const counter = await first(query, 'SELECT last_offset FROM event_counter WHERE id = 1')
  if (log.first !== 1 || log.last !== counter.last_offset) faults.push('the log is not complete')

  const { orders } = await first(query, 'SELECT COUNT(*) AS orders FROM orders')
  const { created, different } = await first(
    query,
    `SELECT COUNT(*) AS created, COUNT(DISTINCT ${member('id')}) AS different FROM events WHERE type = 'order:created'`,
  )
  if (created !== orders || different !== orders)
    faults.push(`${orders} orders, but the log has ${created}, of which ${different} are different`)

  // Deleted products have no stock events, although cancelled orders may still return stock to them: it is in the event of
  // their restoration.
  const { stale } = await first(
    query,
    `SELECT COUNT(*) AS stale FROM (
       SELECT COALESCE(${member('productId')}, ${member('id')}) AS id, MAX(events.offset) AS place FROM events
       WHERE type IN ('stock:changed', 'product:created') GROUP BY 1
     ) AS latest
     JOIN events ON events.offset = latest.place JOIN products ON products.id = latest.id
     WHERE products.deleted_at IS NULL AND products.stock <> ${member('stock')} + 0`,
  )
  if (stale !== 0) faults.push(`the log's last stock of ${stale} products is not their stock`)
  return faults
}
