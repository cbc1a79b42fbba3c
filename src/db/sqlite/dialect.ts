import type { Dialect, LockedProduct } from '../dialect.js'
import { driverCause, prismaCode } from '../driver-error.js'
import { join, raw, sql } from '../sql.js'
import type { Tx } from '../types.js'
import { bulk } from './bulk.js'

const TAKE_STOCK = `
  UPDATE products
  SET stock = stock - (take.value ->> 1), version = version + (take.value ->> 2), updated_at = ?
  FROM json_each(?) AS take
  WHERE products.id = take.value ->> 0`

const INSERT_ORDERS = `
  INSERT INTO orders (id, user_id, product_id, quantity, unit_price, total_price, status, idempotency_key,
                      created_at, updated_at)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, 'pending', value ->> 6,
         value ->> 7, value ->> 7
  FROM json_each(?)`

const INSERT_EVENTS = `
  INSERT INTO events ("offset", type, user_id, data, created_at)
  SELECT ? + key, value ->> 0, value ->> 1, value -> 2, value ->> 3
  FROM json_each(?)`

/** SQLite has one writer at a time, so a row that was read in a transaction stays as it was read. */
export const sqlite: Dialect = {
  name: 'sqlite',
  bulk,

  isBusy(error) {
    const cause = driverCause(error)
    // P1008 and P2034 are what Prisma makes of SQLITE_BUSY and of a write conflict in a typed query.
    return (
      cause?.originalCode?.startsWith('SQLITE_BUSY') === true ||
      cause?.kind === 'SocketTimeout' ||
      ['P1008', 'P2034'].includes(prismaCode(error) ?? '')
    )
  },

  async lockProducts(tx: Tx, ids) {
    const rows = await tx.$queryRawUnsafe<{ id: string; price: number; stock: bigint }[]>(
      'SELECT id, price, stock FROM products WHERE deleted_at IS NULL AND id IN (SELECT value FROM json_each(?))',
      JSON.stringify(ids),
    )
    return rows.map((row): LockedProduct => ({ ...row, stock: Number(row.stock) }))
  },

  async takeStock(tx, takes, at) {
    const rows = takes.map((take) => [take.id, take.quantity, take.orders])
    await tx.$executeRawUnsafe(TAKE_STOCK, at, JSON.stringify(rows))
  },

  async insertOrders(tx, rows) {
    const values = rows.map((r) => [
      r.id,
      r.userId,
      r.productId,
      r.quantity,
      r.unitPrice,
      r.totalPrice,
      r.idempotencyKey,
      r.at,
    ])
    await tx.$executeRawUnsafe(INSERT_ORDERS, JSON.stringify(values))
  },

  findOrderKeys(tx, keys) {
    return tx.$queryRawUnsafe(
      `SELECT orders.id, orders.user_id AS "userId", orders.idempotency_key AS "key"
       FROM json_each(?) AS wanted
       JOIN orders ON orders.user_id = wanted.value ->> 0 AND orders.idempotency_key = wanted.value ->> 1`,
      JSON.stringify(keys.map(({ userId, key }) => [userId, key])),
    )
  },

  async advanceOffset(tx, count) {
    const rows = await tx.$queryRawUnsafe<{ last_offset: bigint }[]>(
      'UPDATE event_counter SET last_offset = last_offset + ? WHERE id = 1 RETURNING last_offset',
      count,
    )
    return Number(rows[0]?.last_offset)
  },

  async insertEvents(tx, rows, first) {
    // The data is JSON text already: put in as it is, nothing has to be escaped over and over on its way.
    const values = rows.map(
      ({ type, userId, data, at }) => `["${type}",${userId ? `"${userId}"` : null},${data},${at}]`,
    )
    await tx.$executeRawUnsafe(INSERT_EVENTS, first, `[${values.join(',')}]`)
  },

  async insertTerms(tx, productId, terms) {
    await tx.$executeRawUnsafe(
      'INSERT INTO product_terms (term, product_id) SELECT value, ? FROM json_each(?)',
      productId,
      JSON.stringify(terms),
    )
  },

  compareKeys(columns, operator, values) {
    return sql`(${raw(columns.join(', '))}) ${raw(operator)} (${join(values)})`
  },

  driving: raw('CROSS JOIN'),
  soldOut: raw('stock = 0'),
}
