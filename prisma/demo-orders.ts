import type { Db } from '../src/db/types.js'
import { newId } from '../src/ids.js'
import { createPlaceOrders } from '../src/orders/place-orders.js'
import type { EventLog } from '../src/stream/log.js'

// From a thousand values on, MariaDB reads `IN (…)` as a subquery, and then the whole table.
const BATCH = 500
/** Products that the orders are spread over, and so the most that are asked for. */
const PRODUCTS = 20_000

/** There is not enough in stock for so many orders. */
export class SoldOut extends Error {
  override name = 'SoldOut'
}

/**
 * Places `count` orders of one unit for the user, each as any other: stock is taken and events are written.
 * @param onPlaced hears how many are placed, after each batch
 * @throws SoldOut when the stock of the products runs out before
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
      return { id: newId(), userId, productId, quantity: 1, idempotencyKey: null, inDoubt: false }
    })
    const outcomes = await place(wanted, { lane: 'main', wait: true })
    const refused = new Set(wanted.filter((_, i) => !outcomes[i]?.ok).map(({ productId }) => productId))
    if (refused.size > 0) productIds = productIds.filter((id) => !refused.has(id))
    placed += outcomes.filter(({ ok }) => ok).length
    onPlaced(placed)
  }
}
