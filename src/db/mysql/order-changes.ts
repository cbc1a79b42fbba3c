import type { Order } from '#prisma'
import { changeValues, type DueOrder, type LockedStock, type OrderChanges } from '../order-changes.js'
import { datetime, ID } from './values.js'

/** Orders per read, within the server's limit on parameters. */
const ROWS_AT_ONCE = 1_000

const marks = (count: number) => Array(count).fill('?').join(', ')

// The ids are sorted and looked up along the primary key alone, so rows are locked in order.
const lockStocks = (count: number) => `
  SELECT id, stock, (deleted_at IS NOT NULL) + 0 AS isDeleted,
    TIMESTAMPDIFF(MICROSECOND, '1970-01-01', updated_at) DIV 1000 AS updatedAt
  FROM products FORCE INDEX (PRIMARY) WHERE id IN (${marks(count)}) ORDER BY id FOR UPDATE`

const lockOrders = (count: number) =>
  `SELECT id FROM orders FORCE INDEX (PRIMARY) WHERE id IN (${marks(count)}) ORDER BY id FOR UPDATE`

const UPDATE_ORDERS = `
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
    id ${ID} PATH '$[0]', status VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[1]',
    note VARCHAR(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[2]', expires_at DATETIME(3) PATH '$[3]')) AS made
  STRAIGHT_JOIN orders FORCE INDEX (PRIMARY) ON orders.id = made.id
  SET orders.status = made.status, orders.note = made.note, orders.expires_at = made.expires_at, orders.updated_at = ?`

const RETURN_STOCK = `
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
    id ${ID} PATH '$[0]', quantity BIGINT PATH '$[1]', orders BIGINT PATH '$[2]')) AS made
  STRAIGHT_JOIN products FORCE INDEX (PRIMARY) ON products.id = made.id
  SET products.stock = products.stock + made.quantity, products.version = products.version + made.orders,
      products.updated_at = ?`

const INSERT_CHANGES = `
  INSERT INTO order_changes (id, order_id, status, cause, note, product_id, delta, stock_after,
                             at, actor_type, actor_id, request_id)
  SELECT id, order_id, status, cause, note, product_id, delta, stock_after, ?, ?, ?, ?
  FROM JSON_TABLE(?, '$[*]' COLUMNS (
    id ${ID} PATH '$[0]', order_id ${ID} PATH '$[1]', status VARCHAR(16) PATH '$[2]', cause VARCHAR(16) PATH '$[3]',
    note VARCHAR(1000) PATH '$[4]', product_id ${ID} PATH '$[5]', delta BIGINT PATH '$[6]',
    stock_after BIGINT PATH '$[7]')) AS made`

const FIND_DUE = `
  SELECT id, checkout_id AS checkoutId FROM orders FORCE INDEX (orders_expires_at_idx)
  WHERE expires_at <= UTC_TIMESTAMP(3) ORDER BY expires_at, id LIMIT ?`

const NEXT_EXPIRY = `
  SELECT TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(3), expires_at) AS micros
  FROM orders FORCE INDEX (orders_expires_at_idx) WHERE expires_at IS NOT NULL ORDER BY expires_at LIMIT 1`

export const orderChanges: OrderChanges = {
  async lockStocks(tx, ids) {
    const rows = await tx.$queryRawUnsafe<Record<keyof LockedStock, unknown>[]>(
      lockStocks(ids.length),
      ...ids.toSorted(),
    )
    return rows.map((row) => ({
      id: String(row.id),
      stock: Number(row.stock),
      isDeleted: Number(row.isDeleted) === 1,
      updatedAt: Number(row.updatedAt),
    }))
  },

  async readOrders(tx, ids) {
    const orders: Order[] = []
    for (let i = 0; i < ids.length; i += ROWS_AT_ONCE)
      orders.push(...(await tx.order.findMany({ where: { id: { in: ids.slice(i, i + ROWS_AT_ONCE) } } })))
    return orders
  },

  async lockOrders(tx, ids) {
    await tx.$queryRawUnsafe(lockOrders(ids.length), ...ids.toSorted())
  },

  async updateOrders(tx, rows, at) {
    const values = rows.map(({ id, status, note, expiresAt }) => [
      id,
      status,
      note,
      expiresAt === null ? null : datetime(expiresAt),
    ])
    await tx.$executeRawUnsafe(UPDATE_ORDERS, JSON.stringify(values), datetime(at))
  },

  async returnStock(tx, returns, at) {
    const values = returns.map(({ id, quantity, orders }) => [id, quantity, orders])
    await tx.$executeRawUnsafe(RETURN_STOCK, JSON.stringify(values), datetime(at))
  },

  async insertChanges(tx, rows, { actorType, actorId, requestId }, at) {
    const values = JSON.stringify(rows.map(changeValues))
    await tx.$executeRawUnsafe(INSERT_CHANGES, datetime(at), actorType, actorId, requestId, values)
  },

  findDue: (reader, limit) => reader.$queryRawUnsafe<DueOrder[]>(FIND_DUE, limit),

  async untilNextExpiry(reader) {
    const [row] = await reader.$queryRawUnsafe<{ micros: bigint }[]>(NEXT_EXPIRY)
    return row && Number(row.micros) / 1000
  },
}
