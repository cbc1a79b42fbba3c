import type { Order } from '#prisma'
import { changeValues, type DueOrder, type LockedStock, type OrderChanges } from '../order-changes.js'
import { inTurns } from './in-turns.js'
import { direct } from './raw-transaction.js'

const ORDER = `
  SELECT id, user_id AS userId, product_id AS productId, quantity, unit_price AS unitPrice, total_price AS totalPrice, status,
    idempotency_key AS idempotencyKey, key_fingerprint AS keyFingerprint, product_name AS productName,
    checkout_id AS checkoutId, note, expires_at AS expiresAt, stock_after AS stockAfter, metadata,
    created_at AS createdAt, updated_at AS updatedAt
  FROM orders WHERE id = ?`

/** A row of `orders` as the driver returns it. */
type DriverOrder = Omit<Order, 'totalPrice' | 'stockAfter' | 'expiresAt' | 'createdAt' | 'updatedAt'> & {
  totalPrice: number
  stockAfter: number | null
  expiresAt: number | null
  createdAt: number
  updatedAt: number
}

const orderOf = (row: DriverOrder): Order => ({
  ...row,
  totalPrice: BigInt(row.totalPrice),
  stockAfter: row.stockAfter === null ? null : BigInt(row.stockAfter),
  expiresAt: row.expiresAt === null ? null : new Date(row.expiresAt),
  createdAt: new Date(row.createdAt),
  updatedAt: new Date(row.updatedAt),
})

const STOCK = `
  SELECT id, stock, deleted_at IS NOT NULL AS isDeleted, updated_at AS updatedAt FROM products WHERE id = ?`

const UPDATE_ORDER = 'UPDATE orders SET status = ?, note = ?, expires_at = ?, updated_at = ? WHERE id = ?'

const RETURN_STOCK =
  'UPDATE products SET stock = stock + ?, version = version + ?, updated_at = ? WHERE id = ?'

const INSERT_CHANGE = `
  INSERT INTO order_changes (id, order_id, status, cause, note, product_id, delta, stock_after,
                             at, actor_type, actor_id, request_id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

const FIND_DUE = `
  SELECT id, checkout_id AS "checkoutId" FROM orders INDEXED BY orders_expires_at_idx
  WHERE expires_at <= ? ORDER BY expires_at, id LIMIT ?`

const NEXT_EXPIRY = `
  SELECT expires_at AS "expiresAt" FROM orders INDEXED BY orders_expires_at_idx
  WHERE expires_at IS NOT NULL ORDER BY expires_at LIMIT 1`

export const orderChanges: OrderChanges = {
  async lockStocks(tx, ids) {
    const { get } = direct(tx)
    const stocks: LockedStock[] = []
    await inTurns(ids, (id) => {
      const row = get<Omit<LockedStock, 'isDeleted'> & { isDeleted: number }>(STOCK, id)
      if (row) stocks.push({ ...row, isDeleted: row.isDeleted === 1 })
    })
    return stocks
  },

  async readOrders(tx, ids) {
    const { get } = direct(tx)
    const orders: Order[] = []
    await inTurns(ids, (id) => {
      const row = get<DriverOrder>(ORDER, id)
      if (row) orders.push(orderOf(row))
    })
    return orders
  },

  async updateOrders(tx, rows, at) {
    const { run } = direct(tx)
    await inTurns(rows, ({ id, status, note, expiresAt }) =>
      run(UPDATE_ORDER, status, note, expiresAt, at, id),
    )
  },

  async returnStock(tx, returns, at) {
    const { run } = direct(tx)
    await inTurns(returns, ({ id, quantity, orders }) => run(RETURN_STOCK, quantity, orders, at, id))
  },

  async insertChanges(tx, rows, { actorType, actorId, requestId }, at) {
    const { run } = direct(tx)
    await inTurns(rows, (row) => run(INSERT_CHANGE, ...changeValues(row), at, actorType, actorId, requestId))
  },

  findDue: (reader, limit) => reader.$queryRawUnsafe<DueOrder[]>(FIND_DUE, Date.now(), limit),

  async untilNextExpiry(reader) {
    const [row] = await reader.$queryRawUnsafe<{ expiresAt: unknown }[]>(NEXT_EXPIRY)
    return row && Number(row.expiresAt) - Date.now()
  },
}
