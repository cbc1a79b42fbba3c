import type { OrderView } from '../contract/order.js'
import type { Db } from '../db/db.js'
import type { LockedProduct, OrderRow, StockTake } from '../db/dialect.js'
import type { RawTx } from '../db/transaction.js'
import { accountGone, insufficientStock, notFound } from '../errors.js'
import { currentTime } from '../ids.js'
import type { Draft } from '../stream/log.js'
import { originOfUser } from '../stream/origin.js'
import { stockEvents } from '../stream/stock-events.js'
import { findKeyed, findOrders, type KeyedOrders, rememberKey, replay } from './idempotency.js'
import type { Locked } from './locks.js'
import type { NewOrder, Placing } from './new-order.js'
import { viewOrderAt } from './order.js'
import { limitFault, type OrderLimits } from './order-limits.js'
import { RowLocked } from './row-locked.js'

/** The writes of a batch, gathered while its orders are decided. */
export interface BatchPlan extends Locked {
  at: number
  /** `at` in the format of the API. */
  time: string
  takes: Map<string, StockTake>
  rows: OrderRow[]
  drafts: Draft[]
  /** Orders of this batch that an earlier attempt placed, by id, if its commit got no answer. */
  placedBefore: Map<string, OrderView>
  /** Orders with an idempotency key: those from before this batch, and those of it. */
  keyed: KeyedOrders
}

export async function startPlan(db: Db, tx: RawTx, batch: NewOrder[], locked: Locked): Promise<BatchPlan> {
  const at = currentTime()
  const doubtful = batch.filter(({ inDoubt }) => inDoubt).map(({ id }) => id)
  return {
    ...locked,
    at,
    time: new Date(at).toISOString(),
    takes: new Map(),
    rows: [],
    drafts: [],
    // Read once the products are locked: an earlier attempt still ending on the server holds them until it is over.
    placedBefore: doubtful.length > 0 ? await findOrders(db, doubtful) : new Map(),
    keyed: await findKeyed(db, tx, batch),
  }
}

/** Decides one order, as if the orders before it in the batch were placed already, and adds its writes to `plan`. */
export function decide(
  order: NewOrder,
  plan: BatchPlan,
  lowStockThreshold: number,
  limits: OrderLimits,
): Placing {
  const { userId, productId, quantity } = order
  const before = plan.placedBefore.get(order.id)
  if (before) return { ok: true, value: { order: before, replayed: false } }
  const replayed = replay(plan.keyed, order)
  if (replayed) return replayed
  for (const row of [productId, userId])
    if (plan.held.has(row)) return { ok: true, value: new RowLocked(row) }
  if (plan.gone.has(userId)) return { ok: false, reason: accountGone() }
  const product = plan.products.get(productId)
  if (!product) return { ok: false, reason: notFound('product') }
  const pending = plan.pending.get(userId)
  const fault = pending && limitFault(pending, quantity, limits)
  if (fault) return { ok: false, reason: fault }
  if (product.stock < quantity)
    return { ok: false, reason: insufficientStock(productId, quantity, product.stock) }

  const placed = addOrder(order, product, plan, lowStockThreshold)
  if (pending) {
    pending.open += 1
    pending.units += quantity
  }
  rememberKey(plan.keyed, order, placed)
  return { ok: true, value: { order: placed, replayed: false } }
}

function addOrder(
  { id, userId, productId, quantity, idempotencyKey, requestId }: NewOrder,
  product: LockedProduct,
  plan: BatchPlan,
  lowStockThreshold: number,
): OrderView {
  const before = product.stock
  product.stock -= quantity
  const take = plan.takes.get(productId)
  if (take) {
    take.quantity += quantity
    take.orders += 1
  } else {
    plan.takes.set(productId, { id: productId, quantity, orders: 1 })
  }
  const row: OrderRow = {
    id,
    userId,
    productId,
    quantity,
    unitPrice: product.price,
    totalPrice: product.price * quantity, // at most 10^8 cents times 10^4: far below 2^53
    idempotencyKey,
  }
  plan.rows.push(row)
  const view = viewOrderAt(row, 'pending', plan.time, plan.time)
  const origin = originOfUser(userId, requestId)
  plan.drafts.push({ type: 'order:created', userId, data: view, origin })
  plan.drafts.push(...stockEvents(productId, before, product.stock, lowStockThreshold, origin))
  return view
}
