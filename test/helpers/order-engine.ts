import type { Test } from 'tap'
import type { Db } from '../../src/db/db.js'
import { openDb } from '../../src/db/open.js'
import type { NewCheckout, NewOrder, OrderLine, Placement } from '../../src/orders/new-order.js'
import type { OrderLimits } from '../../src/orders/order-limits.js'
import { createOrders } from '../../src/orders/orders.js'
import { createPlaceOrders } from '../../src/orders/place-orders.js'
import { createEventLog } from '../../src/stream/log.js'
import { databaseOf } from './database.js'
import { addItem, addUser, engineDb } from './engine-db.js'

interface Changes {
  limits?: OrderLimits
  maxBatch?: number
  maxQueue?: number
  onBatch?(size: number, seconds: number): void
  onRefused?(): void
  onOverMaximum?(product: { productId: string; stock: number }): void
  /** Seconds. */
  expiresAfter?: number
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
      return { userId, productId, quantity: 1, idempotencyKey: null, inDoubt: false, ...more }
    },
    /** Returns a new checkout by the customer. */
    basket: (lines: OrderLine[], more: Partial<NewCheckout> = {}): NewCheckout => {
      return { userId, lines, idempotencyKey: null, inDoubt: false, ...more }
    },
    /** Places orders and checkouts as one batch, without waiting for row locks. */
    placeMixed: (batch: Placement[]) => placeOrders(batch, { lane: 'main' }),
    /** Places orders as one batch, without waiting for row locks. */
    placeBatch: (batch: NewOrder[]) => placeOrders(batch, { lane: 'main' }),
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

/** Opens the database of `orderEngine` once more, as another process would, with an order engine on it. */
export async function anotherEngine(t: Test) {
  const db = await openDb(await databaseOf(t, t.testdirName))
  t.teardown(() => db.close())
  const eventLog = createEventLog(db)
  await eventLog.open()
  return { db, orders: createOrders({ db, eventLog, lowStockThreshold: 10, maxBatch: 100, maxQueue: 1_000 }) }
}

/**
 * Checks the ledger of a product: its changes by orders, in the order of their ids, must each lead from the stock before to
 * the stock after. @returns those that do not
 */
export async function unbalanced(db: Db, productId: string, opening = 100): Promise<object[]> {
  const orders = await db.read.order.findMany({ where: { productId } })
  const changes = await db.read.orderChange.findMany({ where: { productId } })
  const entries = [
    ...orders.map(({ id, quantity, stockAfter }) => ({
      id,
      delta: -quantity,
      stockAfter: Number(stockAfter),
    })),
    ...changes.map(({ id, delta, stockAfter }) => ({
      id,
      delta: Number(delta),
      stockAfter: Number(stockAfter),
    })),
  ].sort((a, b) => (a.id < b.id ? -1 : 1))
  let stock = opening
  const wrong = entries.filter(({ delta, stockAfter }) => {
    const right = stock + delta === stockAfter
    stock = stockAfter
    return !right
  })
  const product = await db.read.product.findUniqueOrThrow({ where: { id: productId } })
  return Number(product.stock) === stock ? wrong : [...wrong, { stock, product: Number(product.stock) }]
}
