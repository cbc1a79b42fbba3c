import type { AnyEvent } from '../../../src/contract/events.js'
import type { OrderStatus, OrderView } from '../../../src/contract/order.js'

export interface ModelProduct {
  name: string
  /** In minor units. */
  price: number
  stock: number
  live: boolean
}

export interface ModelOrder {
  view: OrderView
  /** Whether its time may have passed. */
  due: boolean
}

export const following: Record<OrderStatus, OrderStatus[]> = {
  pending: ['confirmed', 'cancelled'],
  confirmed: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: [],
}

export const cents = (amount: number) => Number(amount.toFixed(2).replace('.', ''))

export type Told = Pick<AnyEvent, 'type'> & { data: object }

/** The shop at one moment: numbers in memory. */
export class State {
  readonly products: Map<string, ModelProduct>
  readonly orders: Map<string, ModelOrder>
  /** Ids of the orders of each checkout, in the sequence of its lines. */
  readonly checkouts: Map<string, string[]>
  readonly threshold: number

  constructor(threshold: number, from?: State) {
    this.threshold = threshold
    this.products = new Map(from?.products)
    this.orders = new Map(from?.orders)
    this.checkouts = new Map(from?.checkouts)
  }

  product(id: string | undefined): ModelProduct | undefined {
    const product = this.products.get(id ?? '')
    return product?.live ? product : undefined
  }

  ordersOf(checkoutId: string | undefined): ModelOrder[] {
    const ids = this.checkouts.get(checkoutId ?? '') ?? []
    return ids.flatMap((id) => this.orders.get(id) ?? [])
  }

  /** Units of a product in orders, less the cancelled ones. */
  soldOf(id: string): number {
    const views = [...this.orders.values()].map(({ view }) => view)
    const sold = views.filter(({ productId, status }) => productId === id && status !== 'cancelled')
    return sold.reduce((sum, { quantity }) => sum + quantity, 0)
  }
}

/** A state and the events leading to it from another one. */
export class Change {
  readonly state: State
  readonly events: Told[] = []

  constructor(before: State) {
    this.state = new State(before.threshold, before)
  }

  tell(type: Told['type'], data: object): void {
    this.events.push({ type, data })
  }

  setStock(id: string, stock: number): void {
    const product = this.state.products.get(id)
    if (!product || product.stock === stock) return
    const { threshold } = this.state
    this.state.products.set(id, { ...product, stock })
    // A deleted product has no events, but cancelled orders return their units.
    if (!product.live) return
    this.tell('stock:changed', { productId: id, stock })
    if (product.stock > threshold && stock <= threshold)
      this.tell('stock:low', { productId: id, stock, threshold })
  }

  addOrder(view: OrderView): void {
    this.state.orders.set(view.id, { view, due: false })
    if (view.checkoutId !== null) {
      const ids = this.state.checkouts.get(view.checkoutId) ?? []
      this.state.checkouts.set(view.checkoutId, [...ids, view.id])
    }
    this.tell('order:created', view)
    this.setStock(view.productId, (this.state.products.get(view.productId)?.stock ?? 0) - view.quantity)
  }

  /** @param cause what the event tells beside the order */
  changeOrder(
    { view, due }: ModelOrder,
    changes: Pick<OrderView, 'updatedAt'> & Partial<OrderView>,
    cause?: string,
  ): OrderView {
    const moves = changes.status !== undefined && changes.status !== view.status
    const changed = { ...view, ...changes, expiresAt: moves ? null : view.expiresAt }
    this.state.orders.set(view.id, { view: changed, due })
    this.tell('order:updated', { ...shownOrder({ view: changed, due }), ...(cause && { cause }) })
    if (moves && changed.status === 'cancelled')
      this.setStock(view.productId, (this.state.products.get(view.productId)?.stock ?? 0) + view.quantity)
    return changed
  }
}

/** Accepts any time. */
export const anyTime = (value: unknown) => typeof value === 'string' && !Number.isNaN(Date.parse(value))

/** Returns an order as responses and events show it. The expiry of one whose time has passed was set by the test. */
export const shownOrder = ({ view, due }: ModelOrder): object =>
  due && view.expiresAt !== null ? { ...view, expiresAt: anyTime } : view

/** Whether `actual` has everything in `expected`; a function in `expected` decides about its value. */
export function isLike(actual: unknown, expected: unknown): boolean {
  if (typeof expected === 'function') return expected(actual)
  if (typeof expected !== 'object' || expected === null) return actual === expected
  if (typeof actual !== 'object' || actual === null) return false
  if (Array.isArray(expected) && (actual as unknown[]).length !== expected.length) return false
  return Object.entries(expected).every(([name, value]) =>
    isLike((actual as Record<string, unknown>)[name], value),
  )
}
