import { V7Generator } from 'uuidv7'
import type { Order } from '#prisma'
import type { App } from '../src/app.js'
import type { OrderStatus } from '../src/contract/order.js'
import { viewOrder } from '../src/orders/order.js'
import type { Draft } from '../src/stream/log.js'
import { originOfUser } from '../src/stream/origin.js'

const ORDERS = 240
const HOUR_MS = 3_600_000
const CUSTOMERS = 30

// Ids ascend with time, so past ids need a generator with its clock set back.
const ids = new V7Generator()
const idAt = (time: number) => ids.generateOrResetCore(time, 0).toString()

/** Returns the status of an order of the given age in milliseconds. */
function statusAfter(age: number): OrderStatus {
  const luck = Math.random()
  if (luck < 0.06) return 'cancelled'
  const minutes = (age / 60_000) * (0.5 + luck)
  if (minutes > 40) return 'delivered'
  if (minutes > 9) return 'shipped'
  return minutes > 2 ? 'confirmed' : 'pending'
}

/** Returns order times within the last hour, in bursts, as real customers arrive. */
function times(now: number): number[] {
  const busy = (age: number) => 0.55 + 0.35 * Math.sin(age / 310_000) + 0.1 * Math.sin(age / 83_000)
  const drawn: number[] = []
  while (drawn.length < ORDERS) {
    const age = Math.random() * HOUR_MS
    if (Math.random() < busy(age)) drawn.push(now - age)
  }
  return drawn.map(Math.floor).sort((a, b) => a - b)
}

/** Adds an hour of sales: orders, the stock they took and their events, in one transaction. */
export async function addPast(app: App): Promise<void> {
  const now = Date.now()
  const customers = Array.from({ length: CUSTOMERS }, (_, i) => ({
    id: idAt(now - HOUR_MS - i),
    name: `Customer ${i}`,
    email: `past-${i}@example.com`,
    password: '', // never used to sign in
    createdAt: new Date(now),
    updatedAt: new Date(now),
  }))
  const products = await app.db.read.product.findMany({ where: { stock: { gt: 20 } } })
  const orders = times(now).flatMap((at): Order[] => {
    const product = products[Math.floor(Math.random() * products.length)]
    const customer = customers[Math.floor(Math.random() * CUSTOMERS)]
    if (!product || !customer) return []
    const quantity = 1 + Math.floor(Math.random() ** 3 * 4)
    const time = new Date(at)
    const made = {
      id: idAt(at),
      userId: customer.id,
      productId: product.id,
      quantity,
      unitPrice: product.price,
      totalPrice: BigInt(product.price * quantity),
      status: statusAfter(now - at),
      idempotencyKey: null,
      keyFingerprint: null,
      productName: product.name,
      checkoutId: null,
      note: null,
      metadata: null,
      expiresAt: null,
      stockAfter: null,
    }
    return [{ ...made, createdAt: time, updatedAt: time }]
  })
  const active = orders.filter(({ status }) => status !== 'cancelled')

  await app.db.write(async (tx) => {
    await tx.user.createMany({ data: customers })
    for (const { productId, quantity } of active)
      await app.db.dialect.takeStock(tx, [{ id: productId, quantity, orders: 1 }], now)
    await tx.order.createMany({ data: orders })
    const drafts = orders.map((order): Draft => {
      const data = viewOrder({ ...order, status: 'pending' }, app.db.money)
      return { type: 'order:created', userId: order.userId, data, origin: originOfUser(order.userId) }
    })
    await app.eventLog.append(tx, drafts, now)
  })
}
