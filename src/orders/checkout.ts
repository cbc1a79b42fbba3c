import type { CheckoutView } from '../contract/checkout.js'
import type { OrderView } from '../contract/order.js'
import type { Db } from '../db/db.js'
import { isId } from '../ids.js'
import type { Money } from '../money.js'
import { versionOf, viewOrder } from './order.js'

/** Returns the API's view of a checkout. @param orders all of its orders, in the sequence of its lines */
export function viewCheckout(id: string, orders: OrderView[], { toMinor, fromMinor }: Money): CheckoutView {
  const total = orders.reduce((sum, { totalPrice }) => sum + toMinor(totalPrice), 0) // at most 10^15: below 2^53
  const expiries = orders.flatMap(({ expiresAt }) => expiresAt ?? [])
  return { id, orders, totalPrice: fromMinor(total), expiresAt: expiries.toSorted()[0] ?? null }
}

/** Returns the version of a checkout for its ETag: the sum of its orders' versions, which grows with each change of one. */
export const checkoutVersionOf = (orders: { updatedAt: Date | string }[]): bigint =>
  orders.reduce((sum, { updatedAt }) => sum + versionOf(updatedAt), 0n)

/** Reads committed checkouts by id, on the connection for reads. Ids of their orders ascend with their lines. */
export async function findCheckouts(db: Db, ids: string[]): Promise<Map<string, CheckoutView>> {
  const rows = await db.read.order.findMany({ where: { checkoutId: { in: ids } }, orderBy: { id: 'asc' } })
  const orders = new Map<string | null, OrderView[]>()
  for (const order of rows.map((row) => viewOrder(row, db.money))) {
    const own = orders.get(order.checkoutId)
    if (own) own.push(order)
    else orders.set(order.checkoutId, [order])
  }
  return new Map(
    ids.flatMap((id) => {
      const own = orders.get(id)
      return own ? [[id, viewCheckout(id, own, db.money)]] : []
    }),
  )
}

/**
 * Reads a checkout as it is now.
 * @param owner the only user allowed to see it; anybody if omitted
 * @returns undefined if there is none, also for another user's
 */
export async function findCheckout(db: Db, id: string, owner?: string): Promise<CheckoutView | undefined> {
  const checkout = isId(id) ? (await findCheckouts(db, [id])).get(id) : undefined
  return owner !== undefined && checkout?.orders[0]?.userId !== owner ? undefined : checkout
}
