import type { Test } from 'tap'
import type { Db } from '../../src/db/db.js'
import { newId } from '../../src/ids.js'
import type { NewOrder } from '../../src/orders/new-order.js'
import type { OrderLimits } from '../../src/orders/order-limits.js'
import { createOrders } from '../../src/orders/orders.js'
import { createPlaceOrders } from '../../src/orders/place-orders.js'
import { addItem, addUser, engineDb } from './engine-db.js'

interface Changes {
  limits?: OrderLimits
  maxBatch?: number
  maxQueue?: number
  onBatch?(size: number, seconds: number): void
  onRefused?(): void
  /** Wraps the database before the engine uses it. */
  around?(db: Db): Db
}

/** Creates the order engine on a fresh database, with a customer and a product. */
export async function orderEngine(t: Test, { around = (db) => db, ...changes }: Changes = {}) {
  const { db, eventLog } = await engineDb(t)
  const options = { db: around(db), eventLog, lowStockThreshold: 10, ...changes }
  const orders = createOrders({ maxBatch: 100, maxQueue: 1_000, ...options })
  const userId = await addUser(db)
  const productId = await addItem(db, { stock: 100, price: 250 })
  const placeOrders = createPlaceOrders(options)
  return {
    db,
    eventLog,
    orders,
    userId,
    productId,
    /** Returns a new order by the customer. */
    draft: (more: Partial<NewOrder> = {}): NewOrder => {
      return { id: newId(), userId, productId, quantity: 1, idempotencyKey: null, inDoubt: false, ...more }
    },
    /** Places orders as one batch, without waiting for row locks. */
    placeBatch: (batch: NewOrder[]) => placeOrders(batch, { lane: 'main', wait: false }),
    /** Places an order by the customer through the queue. */
    place: (quantity = 1, more: { userId?: string; productId?: string; idempotencyKey?: string } = {}) =>
      orders.place({ userId, productId, quantity, idempotencyKey: null, ...more }),
    stock: async (id = productId) =>
      Number((await db.read.product.findUniqueOrThrow({ where: { id } })).stock),
    /** Reads the types and data of the events after an offset. */
    logged: async (after = 0) =>
      (await eventLog.read(after, 1_000)).map(({ type, data }) => ({ type, data })),
  }
}
