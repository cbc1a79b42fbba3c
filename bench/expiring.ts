/** Orders that are about to expire, inserted as the program would have placed them. */
import { openDb } from '../src/db/open.js'
import { newId } from '../src/ids.js'
import type { Shop } from './shop.js'

const AT_ONCE = 1_000

/** Inserts `count` pending orders of one unit each, over all products, that expire evenly from `from` on within `spanMs`. */
export async function addExpiring(
  shop: Shop,
  count: number,
  from: number,
  spanMs: number,
): Promise<string[]> {
  const { userId, productIds } = shop
  const db = await openDb(shop.url)
  const ids: string[] = []
  try {
    for (let first = 0; first < count; first += AT_ONCE)
      await db.write(async (tx) => {
        const stocks = new Map<string, number>()
        for (const { id, stock } of await db.dialect.lockProducts(tx, productIds.toSorted(), true))
          stocks.set(id, stock)
        const at = Date.now()
        const rows = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, i) => {
          const productId = productIds[(first + i) % productIds.length] ?? ''
          const stockAfter = Number(stocks.get(productId)) - 1
          stocks.set(productId, stockAfter)
          return {
            id: newId(),
            userId,
            productId,
            quantity: 1,
            unitPrice: 1999,
            totalPrice: 1999,
            idempotencyKey: null,
            keyFingerprint: null,
            productName: 'Walnut desk lamp',
            checkoutId: null,
            note: null,
            metadata: null,
            expiresAt: Math.round(from + ((first + i) * spanMs) / count),
            stockAfter,
          }
        })
        ids.push(...rows.map(({ id }) => id))
        const takes = new Map<string, { id: string; quantity: number; orders: number }>()
        for (const { productId: id } of rows) {
          const { quantity, orders } = takes.get(id) ?? { quantity: 0, orders: 0 }
          takes.set(id, { id, quantity: quantity + 1, orders: orders + 1 })
        }
        const sorted = [...takes.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))
        const event = { type: 'order:created', userId, actorType: 'user', actorId: userId, requestId: null }
        await db.dialect.takeStock(tx, sorted, at)
        await db.dialect.insertOrders(tx, rows, at)
        await db.dialect.appendEvents(
          tx,
          rows.map(({ id }) => ({ ...event, data: JSON.stringify({ id }) })),
          at,
        )
      })
  } finally {
    await db.close()
  }
  return ids
}

/** Waits until none of the shop's orders holds stock for a limited time, and returns when the last was cancelled. */
export async function whenExpired(shop: Shop, after: string): Promise<number> {
  const db = await openDb(shop.url)
  try {
    while ((await db.read.order.count({ where: { expiresAt: { not: null } } })) > 0)
      await new Promise((resolve) => setTimeout(resolve, 50))
    const last = await db.read.orderChange.aggregate({ where: { id: { gt: after } }, _max: { at: true } })
    return last._max.at?.getTime() ?? Number.NaN
  } finally {
    await db.close()
  }
}
