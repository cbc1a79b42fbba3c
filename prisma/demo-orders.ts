import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Db } from '../src/db/db.js'
import { createPlaceOrders } from '../src/orders/place-orders.js'
import type { EventLog } from '../src/stream/log.js'

// From a thousand values on, MariaDB turns `IN (…)` into a subquery and scans the whole table.
const BATCH = 500
/** Maximum number of products the orders are spread over. */
const PRODUCTS = 20_000

/** Thrown when there is not enough stock for all orders. */
export class SoldOut extends Error {
  override name = 'SoldOut'
}

/**
 * Places `count` single-unit orders for the user like any other order: stock is taken and events are written.
 * @param onPlaced called after each batch with the number of orders placed so far
 * @throws SoldOut if the products run out of stock first
 */
export async function addOrders(
  { db, eventLog }: { db: Db; eventLog: EventLog },
  userId: string,
  count: number,
  onPlaced: (placed: number) => void,
): Promise<void> {
  const place = createPlaceOrders({ db, eventLog, lowStockThreshold: 0 })
  const inStock = await db.read.product.findMany({
    where: { deletedAt: null, stock: { gt: 0 } },
    orderBy: { id: 'desc' },
    take: PRODUCTS,
    select: { id: true },
  })
  let productIds = inStock.map(({ id }) => id)
  let placed = 0
  for (let next = 0; placed < count; ) {
    if (productIds.length === 0) throw new SoldOut(`the stock is enough for ${placed} orders only`)
    const wanted = Array.from({ length: Math.min(BATCH, count - placed) }, () => {
      const productId = productIds[next++ % productIds.length] ?? ''
      return { userId, productId, quantity: 1, idempotencyKey: null, inDoubt: false }
    })
    const waitFor = new Set(wanted.map(({ productId }) => productId))
    const outcomes = await place(wanted, { lane: 'main', waitFor })
    const refused = new Set(wanted.filter((_, i) => !outcomes[i]?.ok).map(({ productId }) => productId))
    if (refused.size > 0) productIds = productIds.filter((id) => !refused.has(id))
    placed += outcomes.filter(({ ok }) => ok).length
    onPlaced(placed)
    await nextTurn() // SQLite calls never yield: without this, no timer would run until the end
  }
}
