import type { OrderView } from '../../../src/contract/order.js'
import { type Outcome, refused } from './outcome.js'
import { type Done, LIFETIME_S } from './shop.js'
import { Change, cents, type State, shownOrder } from './state.js'

/** Returns the order expected in `body`, with the id and time of `body`. */
function orderOf(
  body: Partial<OrderView>,
  { userId, action }: Done,
  state: State,
  {
    productId,
    quantity,
    checkoutId = null,
  }: { productId: string; quantity: number; checkoutId?: string | null },
): OrderView {
  const { price = 0, name = '' } = state.product(productId) ?? {}
  const createdAt = String(body.createdAt)
  const expires = 'expires' in action && action.expires
  return {
    id: String(body.id),
    checkoutId,
    userId,
    productId,
    productName: name,
    quantity,
    unitPrice: price / 100,
    totalPrice: (price * quantity) / 100,
    status: 'pending',
    note: null,
    metadata: null,
    expiresAt: expires ? new Date(Date.parse(createdAt) + LIFETIME_S * 1_000).toISOString() : null,
    createdAt,
    updatedAt: createdAt,
  }
}

export function performOrder(done: Done, state: State): Outcome {
  const { action, body } = done
  if (done.replayed) {
    const placed = state.orders.get(String(body.id))
    return placed ? { status: 201, body: shownOrder(placed) } : refused(404, 'not-found')
  }
  const [productId = ''] = done.targets
  const product = state.product(productId)
  if (!product || action.kind !== 'order') return refused(404, 'not-found')
  const { quantity } = action
  const available = product.stock
  if (available < quantity)
    return refused(409, 'insufficient-stock', { productId, requested: quantity, available })
  if (done.status !== 201) return { status: 201, body: {} }
  const change = new Change(state)
  const order = orderOf(body, done, state, { productId, quantity })
  change.addOrder(order)
  return { status: 201, body: order, change }
}

export function performCheckout(done: Done, state: State): Outcome {
  const { action, body, targets } = done
  if (done.replayed) {
    const id = String(body.id)
    return { status: 201, body: { id, orders: state.ordersOf(id).map(shownOrder) } }
  }
  if (action.kind !== 'checkout') return refused(404, 'not-found')
  const lines = action.items.map(({ quantity }, i) => ({ productId: targets[i] ?? '', quantity }))
  const missing = lines.filter(({ productId }) => !state.product(productId))
  if (missing.length > 0)
    return refused(404, 'not-found', { productIds: missing.map(({ productId }) => productId) })
  const shortages = lines.flatMap(({ productId, quantity }) => {
    const available = state.product(productId)?.stock ?? 0
    return available < quantity ? [{ productId, requested: quantity, available }] : []
  })
  if (shortages.length > 0) return refused(409, 'insufficient-stock', { shortages })
  if (done.status !== 201) return { status: 201, body: {} }
  const { id, orders: answered } = body as { id: string; orders: OrderView[] }
  const change = new Change(state)
  const orders = lines.map((line, i) => {
    const order = orderOf(answered[i] ?? {}, done, state, { ...line, checkoutId: id })
    change.addOrder(order)
    return order
  })
  const total = orders.reduce((sum, { totalPrice }) => sum + cents(totalPrice), 0)
  return {
    status: 201,
    body: { id, orders, totalPrice: total / 100, expiresAt: orders[0]?.expiresAt },
    change,
  }
}
