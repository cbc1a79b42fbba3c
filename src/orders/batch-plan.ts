import type { OrderView } from '../contract/order.js'
import type { Db } from '../db/db.js'
import type { CheckoutRow, LockedProduct, OrderRow, StockTake } from '../db/dialect.js'
import type { RawTx } from '../db/transaction.js'
import { currentTime, newId, observeTime } from '../ids.js'
import { metadataText } from '../metadata.js'
import type { Money } from '../money.js'
import type { Draft } from '../stream/log.js'
import { originOfUser } from '../stream/origin.js'
import { stockEvents } from '../stream/stock-events.js'
import type { BeforeOrder } from './before-order.js'
import { findKeyed, findOrders, type KeyColumns, type Keyed } from './idempotency.js'
import type { Locked } from './locks.js'
import { linesOf, type OrderLine, type OrderTerms, type Placement } from './new-order.js'
import { viewOrderAt } from './order.js'
import type { OrderLimits } from './order-limits.js'

/** The shop's settings for placing orders. */
export interface PlacingRules {
  lowStockThreshold: number
  limits: OrderLimits
  /** Seconds until pending orders are cancelled if the request names no other time; 0 for never. */
  expiresAfter: number
  /** The shop's own rule. */
  beforeOrder?: BeforeOrder | undefined
}

/** The writes of a batch, gathered while its orders are decided. */
export interface BatchPlan extends Locked {
  rules: PlacingRules
  at: number
  /** `at` in the format of the API. */
  time: string
  takes: Map<string, StockTake>
  rows: OrderRow[]
  checkouts: CheckoutRow[]
  drafts: Draft[]
  /** Orders of this batch placed by an earlier attempt, by id, if its commit got no answer. */
  placedBefore: Map<string, OrderView>
  /** Orders and checkouts with an idempotency key: those from before this batch, and those of it. */
  keyed: Keyed
  money: Money
}

export async function startPlan(
  db: Db,
  tx: RawTx,
  batch: Placement[],
  locked: Locked,
  rules: PlacingRules,
): Promise<BatchPlan> {
  // After the locks, so times and ids of a product's orders ascend in the order of commits, across processes.
  if (db.dialect.remote) for (const { updatedAt } of locked.products.values()) observeTime(updatedAt)
  const at = currentTime()
  const doubtful = batch.flatMap((placement) =>
    placement.inDoubt ? linesOf(placement).flatMap(({ id }) => id ?? []) : [],
  )
  return {
    ...locked,
    rules,
    at,
    time: new Date(at).toISOString(),
    takes: new Map(),
    rows: [],
    checkouts: [],
    drafts: [],
    // Read once the products are locked: an earlier attempt still ending on the server holds them until it is over.
    placedBefore: doubtful.length > 0 ? await findOrders(db, doubtful) : new Map(),
    keyed: await findKeyed(db, tx, batch),
    money: db.money,
  }
}

/**
 * Adds the writes of an order to `plan`.
 * @param product with enough stock
 * @param unitPrice in minor units
 * @param of its checkout, or the columns of its own idempotency key
 * @returns the order as it will be
 */
export function addOrder(
  plan: BatchPlan,
  line: OrderLine,
  product: LockedProduct,
  { userId, note, metadata, expiresIn, requestId }: OrderTerms,
  { checkoutId, idempotencyKey, keyFingerprint }: KeyColumns & { checkoutId: string | null },
  unitPrice = product.price,
): OrderView {
  const { productId, quantity } = line
  const { lowStockThreshold, expiresAfter } = plan.rules
  const lifetime = expiresIn ?? expiresAfter
  line.id = newId()
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
    id: line.id,
    userId,
    productId,
    quantity,
    unitPrice,
    totalPrice: unitPrice * quantity, // at most 10^9 minor units times 10^4: far below 2^53
    idempotencyKey,
    keyFingerprint,
    productName: product.name,
    checkoutId,
    note: note ?? null,
    expiresAt: lifetime === 0 ? null : plan.at + lifetime * 1000,
    stockAfter: product.stock,
    metadata: metadata === undefined ? null : metadataText(metadata),
  }
  plan.rows.push(row)
  const view = viewOrderAt(row, metadata ?? null, 'pending', plan.time, plan.time, plan.money)
  const origin = originOfUser(userId, requestId)
  plan.drafts.push({ type: 'order:created', userId, data: view, origin })
  const threshold = product.lowStockThreshold ?? lowStockThreshold
  plan.drafts.push(...stockEvents(productId, before, product.stock, threshold, origin))
  return view
}
