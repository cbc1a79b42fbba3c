import type { Dialect, LockedProduct } from '../dialect.js'
import { raw, type Sql, sql } from '../sql.js'
import { bulk } from './bulk.js'
import { isPassing } from './failures.js'
import { datetime, ID } from './values.js'

// The ids come in order, are looked up along the primary key alone, and so are locked in order.
const lockProducts = (count: number) => `
  SELECT id, price, stock FROM products FORCE INDEX (PRIMARY)
  WHERE id IN (${Array(count).fill('?')}) AND deleted_at IS NULL ORDER BY id FOR UPDATE`

const TAKE_STOCK = `
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
    id ${ID} PATH '$[0]', quantity BIGINT PATH '$[1]', orders BIGINT PATH '$[2]')) AS take
  STRAIGHT_JOIN products FORCE INDEX (PRIMARY) ON products.id = take.id
  SET products.stock = products.stock - take.quantity, products.version = products.version + take.orders,
      products.updated_at = ?`

const INSERT_ORDERS = `
  INSERT INTO orders (id, user_id, product_id, quantity, unit_price, total_price, status, idempotency_key,
                      created_at, updated_at)
  SELECT id, user_id, product_id, quantity, unit_price, total_price, 'pending', idempotency_key, at, at
  FROM JSON_TABLE(?, '$[*]' COLUMNS (
    id ${ID} PATH '$[0]', user_id ${ID} PATH '$[1]', product_id ${ID} PATH '$[2]', quantity INT PATH '$[3]',
    unit_price INT PATH '$[4]', total_price BIGINT PATH '$[5]', idempotency_key VARCHAR(255) PATH '$[6]',
    at DATETIME(3) PATH '$[7]')) AS made`

const INSERT_EVENTS = `
  INSERT INTO events (\`offset\`, type, user_id, data, created_at)
  SELECT ? + place - 1, type, user_id, data, at
  FROM JSON_TABLE(?, '$[*]' COLUMNS (
    place FOR ORDINALITY, type VARCHAR(32) PATH '$[0]', user_id ${ID} PATH '$[1]', data TEXT PATH '$[2]',
    at DATETIME(3) PATH '$[3]')) AS told`

const INSERT_TERMS = `
  INSERT INTO product_terms (term, product_id)
  SELECT term, ? FROM JSON_TABLE(?, '$[*]' COLUMNS (term VARCHAR(64) PATH '$')) AS terms`

/** MySQL and MariaDB, under READ COMMITTED. */
export const mysql: Dialect = {
  name: 'mysql',
  bulk,
  isBusy: isPassing,

  async lockProducts(tx, ids) {
    const rows = await tx.$queryRawUnsafe<{ id: string; price: number; stock: bigint }[]>(
      lockProducts(ids.length),
      ...ids.toSorted(),
    )
    return rows.map((row): LockedProduct => ({ ...row, stock: Number(row.stock) }))
  },

  async takeStock(tx, takes, at) {
    const rows = takes.map((take) => [take.id, take.quantity, take.orders])
    await tx.$executeRawUnsafe(TAKE_STOCK, JSON.stringify(rows), datetime(at))
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
      datetime(r.at),
    ])
    await tx.$executeRawUnsafe(INSERT_ORDERS, JSON.stringify(values))
  },

  findOrderKeys(tx, keys) {
    return tx.$queryRawUnsafe(
      `SELECT id, user_id AS userId, idempotency_key AS \`key\` FROM orders
       WHERE (user_id, idempotency_key) IN (${Array(keys.length).fill('(?, ?)')})`,
      ...keys.flatMap(({ userId, key }) => [userId, key]),
    )
  },

  async advanceOffset(tx, count) {
    await tx.$executeRawUnsafe('UPDATE event_counter SET last_offset = last_offset + ? WHERE id = 1', count)
    const rows = await tx.$queryRawUnsafe<{ last_offset: bigint }[]>(
      'SELECT last_offset FROM event_counter WHERE id = 1',
    )
    return Number(rows[0]?.last_offset)
  },

  async insertEvents(tx, rows, first) {
    const values = rows.map((row) => [row.type, row.userId, row.data, datetime(row.at)])
    await tx.$executeRawUnsafe(INSERT_EVENTS, first, JSON.stringify(values))
  },

  async insertTerms(tx, productId, terms) {
    await tx.$executeRawUnsafe(INSERT_TERMS, productId, JSON.stringify(terms))
  },

  // Rows of values are compared without an index here, so the range is told column by column.
  compareKeys(columns, operator, values) {
    const compare = (i: number, how: string) => sql`${raw(`${columns[i]} ${how}`)} ${values[i]}`
    const strict = operator.charAt(0)
    const from = (i: number): Sql =>
      i === columns.length - 1
        ? compare(i, operator)
        : sql`${compare(i, `${strict}=`)} AND (${compare(i, strict)} OR (${from(i + 1)}))`
    return from(0)
  },

  driving: raw('STRAIGHT_JOIN'),
  soldOut: raw('sold_out = 1'),
}
