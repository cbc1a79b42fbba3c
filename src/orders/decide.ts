import type { OrderView } from '../contract/order.js'
import { accountGone, insufficientStock, notFound, productsNotFound, shortOfStock } from '../errors.js'
import { newId } from '../ids.js'
import { addOrder, type BatchPlan } from './batch-plan.js'
import { viewCheckout } from './checkout.js'
import { consult } from './consult.js'
import { keyColumns, rememberCheckout, rememberOrder, replayCheckout, replayOrder } from './idempotency.js'
import {
  type CheckoutPlacing,
  isCheckout,
  type NewCheckout,
  type NewOrder,
  type OrderPlacing,
  type Placement,
  type Placing,
  rowsOf,
} from './new-order.js'
import { limitFault } from './order-limits.js'
import { RowLocked } from './row-locked.js'

const refused = (reason: Error) => ({ ok: false, reason }) as const

/** Counts orders just placed among the pending ones of their account. */
function countIn(plan: BatchPlan, userId: string, orders: number, units: number): void {
  const pending = plan.pending.get(userId)
  if (!pending) return
  pending.open += orders
  pending.units += units
}

function decideOrder(order: NewOrder, plan: BatchPlan): OrderPlacing {
  const { userId, productId, quantity, metadata } = order
  const before = order.id === undefined ? undefined : plan.placedBefore.get(order.id)
  if (before) return { ok: true, value: { order: before, replayed: false } }
  const replayed = replayOrder(plan.keyed, order)
  if (replayed) return replayed
  for (const row of [productId, userId])
    if (plan.held.has(row)) return { ok: true, value: new RowLocked(row) }
  if (plan.gone.has(userId)) return refused(accountGone())
  const product = plan.products.get(productId)
  if (!product) return refused(notFound('product'))
  const pending = plan.pending.get(userId)
  const fault = pending && limitFault(pending, quantity, plan.rules.limits)
  if (fault) return refused(fault)
  if (product.stock < quantity) return refused(insufficientStock(productId, quantity, product.stock))
  const terms = { userId, metadata, money: plan.money, inCheckout: false }
  const price = consult(plan.rules.beforeOrder, order, product, terms)
  if (typeof price !== 'number') return refused(price)

  const placed = addOrder(plan, order, product, order, { ...keyColumns(order), checkoutId: null }, price)
  countIn(plan, userId, 1, quantity)
  rememberOrder(plan.keyed, order, placed)
  return { ok: true, value: { order: placed, replayed: false } }
}

/** Returns the orders of a checkout placed by an earlier attempt, if its commit got no answer: all of them or none. */
function placedBefore({ lines }: NewCheckout, plan: BatchPlan): OrderView[] | undefined {
  if (plan.placedBefore.size === 0) return undefined
  const orders = lines.flatMap(({ id }) => (id === undefined ? [] : (plan.placedBefore.get(id) ?? [])))
  return orders.length === lines.length ? orders : undefined
}

/** Nothing is added to `plan` before all lines are found to be placeable. */
function decideCheckout(checkout: NewCheckout, plan: BatchPlan): CheckoutPlacing {
  const { userId, lines, metadata } = checkout
  const before = placedBefore(checkout, plan)
  if (before && checkout.id !== undefined)
    return { ok: true, value: { checkout: viewCheckout(checkout.id, before, plan.money), replayed: false } }
  const replayed = replayCheckout(plan.keyed, checkout)
  if (replayed) return replayed
  const held = rowsOf(checkout).find((row) => plan.held.has(row))
  if (held !== undefined) return { ok: true, value: new RowLocked(held) }
  if (plan.gone.has(userId)) return refused(accountGone())
  const found = lines.flatMap((line) => {
    const product = plan.products.get(line.productId)
    return product ? { line, product } : []
  })
  if (found.length < lines.length) {
    const missing = lines.filter(({ productId }) => !plan.products.has(productId))
    return refused(productsNotFound(missing.map(({ productId }) => productId)))
  }
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0)
  const pending = plan.pending.get(userId)
  const fault = pending && limitFault(pending, units, plan.rules.limits, lines.length)
  if (fault) return refused(fault)
  const shortages = found.flatMap(({ line: { productId, quantity }, product: { stock } }) =>
    stock < quantity ? { productId, requested: quantity, available: stock } : [],
  )
  if (shortages.length > 0) return refused(shortOfStock(shortages))
  const terms = { userId, metadata, money: plan.money, inCheckout: true }
  const prices: number[] = []
  for (const { line, product } of found) {
    const price = consult(plan.rules.beforeOrder, line, product, terms)
    if (typeof price !== 'number') return refused(price)
    prices.push(price)
  }

  const id = newId()
  checkout.id = id
  const own = { checkoutId: id, idempotencyKey: null, keyFingerprint: null }
  const orders = found.map(({ line, product }, i) => addOrder(plan, line, product, checkout, own, prices[i]))
  plan.checkouts.push({ id, userId, ...keyColumns(checkout) })
  const placed = viewCheckout(id, orders, plan.money)
  countIn(plan, userId, lines.length, units)
  rememberCheckout(plan.keyed, checkout, placed)
  return { ok: true, value: { checkout: placed, replayed: false } }
}

/**
 * Decides an order or a checkout, as if those before it in the batch were placed already, and adds its writes to `plan`. A
 * refusal leaves `plan` as it was.
 */
export const decide = (placement: Placement, plan: BatchPlan): Placing =>
  isCheckout(placement) ? decideCheckout(placement, plan) : decideOrder(placement, plan)
