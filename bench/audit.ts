/** Whether rows and books agree after a run, asked of the database itself, for there may be a million orders. */
import { openDb } from '../src/db/open.js'
import type { Db } from '../src/db/types.js'

export interface AuditOptions {
  /** Orders that were answered with 201. */
  acknowledged: number
  /** Orders that may have been in flight when the load stopped: made, and nobody waited for the answer. */
  unanswered: number
  /** Whether a log was written. */
  log?: boolean
}

type Count = { n: bigint }[]

const count = async (db: Db, sql: string) => Number((await db.read.$queryRawUnsafe<Count>(sql))[0]?.n)

const MEMBER = {
  sqlite: (name: string) => `data ->> '$.${name}'`,
  mysql: (name: string) => `JSON_UNQUOTE(JSON_EXTRACT(data, '$.${name}'))`,
}

/** @returns what is wrong in the database `url`, in words. */
export async function audit(
  url: string,
  { acknowledged, unanswered, log = true }: AuditOptions,
): Promise<string[]> {
  const db = await openDb(url)
  try {
    const member = MEMBER[db.dialect.name]
    const orders = await count(db, 'SELECT COUNT(*) AS n FROM orders')
    const unbalanced = await count(
      db,
      `SELECT COUNT(*) AS n FROM products
       LEFT JOIN (SELECT product_id, SUM(delta) AS units FROM stock_adjustments GROUP BY product_id) AS booked
         ON booked.product_id = products.id
       LEFT JOIN (SELECT product_id, SUM(quantity) AS units FROM orders WHERE status <> 'cancelled' GROUP BY product_id) AS sold
         ON sold.product_id = products.id
       WHERE COALESCE(booked.units, 0) <> stock + COALESCE(sold.units, 0) OR stock < 0`,
    )
    const faults: string[] = []
    if (orders < acknowledged || orders > acknowledged + unanswered)
      faults.push(`${acknowledged} orders acknowledged, ${orders} in the database`)
    if (unbalanced > 0)
      faults.push(`${unbalanced} products whose stock and orders don't add up to what was put in`)
    if (!log) return faults

    const [ends] = await db.read.$queryRawUnsafe<Record<'n' | 'least' | 'most' | 'counter', bigint>[]>(
      `SELECT COUNT(*) AS n, MIN(events.offset) AS least, MAX(events.offset) AS most,
         (SELECT last_offset FROM event_counter) AS counter FROM events`,
    )
    if (ends && ends.n > 0 && (ends.most - ends.least + 1n !== ends.n || ends.most !== ends.counter))
      faults.push('the log has a hole')
    const told = await count(
      db,
      `SELECT COUNT(DISTINCT ${member('id')}) AS n FROM events WHERE type = 'order:created'`,
    )
    if (told !== orders) faults.push(`${orders} orders, but ${told} told of`)
    const stale = await count(
      db,
      `SELECT COUNT(*) AS n FROM (
         SELECT ${member('productId')} AS id, MAX(events.offset) AS place FROM events WHERE type = 'stock:changed' GROUP BY 1
       ) AS last
       JOIN events ON events.offset = last.place JOIN products ON products.id = last.id
       WHERE products.stock <> CAST(${member('stock')} AS ${db.dialect.name === 'mysql' ? 'SIGNED' : 'INTEGER'})`,
    )
    if (stale > 0) faults.push(`${stale} products whose stock is not the last that the log tells`)
    return faults
  } finally {
    await db.close()
  }
}
