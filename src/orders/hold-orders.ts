import type { Order } from '#prisma'
import type { Db } from '../db/db.js'
import type { LockedStock } from '../db/order-changes.js'
import type { Tx } from '../db/transaction.js'
import { observeTime } from '../ids.js'
import { CANCELLABLE } from './status-transitions.js'

/** Orders locked until the transaction ends, by id, with the stock that may return to their products. */
export interface HeldOrders {
  orders: Map<string, Order>
  stocks: Map<string, LockedStock>
}

/**
 * Locks orders and reads them as they are then; unknown ids are left out. Where stock may return, the products are locked
 * first, because everybody locks products before orders, and both in the order of their ids: transactions cannot deadlock.
 * @param returning whether some of the orders may be cancelled
 */
export async function holdOrders(db: Db, tx: Tx, ids: string[], returning: boolean): Promise<HeldOrders> {
  const { orderChanges } = db.dialect
  const held: HeldOrders = { orders: new Map(), stocks: new Map() }
  const known = await orderChanges.readOrders(tx, ids)
  if (known.length === 0) return held
  // Statuses only move on: what cannot be cancelled now will not be cancelled later.
  const open = known.filter(({ status }) => CANCELLABLE.some((cancellable) => cancellable === status))
  const productIds = returning ? [...new Set(open.map(({ productId }) => productId))] : []
  if (productIds.length > 0)
    for (const stock of await orderChanges.lockStocks(tx, productIds)) held.stocks.set(stock.id, stock)
  const { lockOrders } = orderChanges
  const found = known.map(({ id }) => id)
  if (lockOrders) await lockOrders(tx, found)
  for (const order of lockOrders ? await orderChanges.readOrders(tx, found) : known)
    held.orders.set(order.id, order)
  // Ids of a product's stock changes ascend in the order of their commits, and an order's `updatedAt` with each change.
  for (const { updatedAt } of held.stocks.values()) observeTime(updatedAt)
  for (const { updatedAt } of held.orders.values()) observeTime(updatedAt.getTime())
  return held
}
