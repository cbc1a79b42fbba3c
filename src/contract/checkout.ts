import type { OrderView } from './order.js'

/** A checkout as clients see it: orders that were placed together. */
export interface CheckoutView {
  id: string
  /** In the sequence of the request's items. */
  orders: OrderView[]
  /** The sum over all orders, including any cancelled since. */
  totalPrice: number
  /** When the first of its pending orders expires; null if none does. */
  expiresAt: string | null
}
