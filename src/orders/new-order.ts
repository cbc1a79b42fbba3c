import type { CheckoutView } from '../contract/checkout.js'
import type { Metadata } from '../contract/metadata.js'
import type { OrderView } from '../contract/order.js'
import type { TraceHeaders } from '../tracing/trace-headers.js'
import type { Outcome } from './group-commit.js'
import type { RowLocked } from './row-locked.js'

/** Units of one product to order. */
export interface OrderLine {
  /** Id of the order. Drawn when the order is decided, and kept for later attempts. */
  id?: string | undefined
  productId: string
  quantity: number
}

/** The customer of an order, and its terms. */
export interface OrderTerms {
  userId: string
  idempotencyKey: string | null
  /** Whether nothing can have been placed under the key, because it was generated for this request. */
  keyIsNew?: boolean | undefined
  note?: string | undefined
  metadata?: Metadata | undefined
  /** Seconds until a pending order is cancelled, 0 for never; the shop's default if omitted. */
  expiresIn?: number | undefined
  /** The request that orders. */
  requestId?: string | undefined
  /** The context of that request, if it is traced and another process commits the order. */
  trace?: TraceHeaders | undefined
}

interface Attempts {
  /** Whether a commit of this request got no answer, so that its orders may exist already. */
  inDoubt: boolean
}

/** An order to place. */
export interface NewOrder extends OrderLine, OrderTerms, Attempts {}

/** Orders to place together or not at all, of different products. */
export interface NewCheckout extends OrderTerms, Attempts {
  /** Drawn when the checkout is decided. */
  id?: string
  lines: OrderLine[]
}

export type Placement = NewOrder | NewCheckout

export interface PlacedOrder {
  order: OrderView
  /** Whether an earlier request with the same idempotency key placed it. */
  replayed: boolean
}

export interface PlacedCheckout {
  checkout: CheckoutView
  /** Whether an earlier request with the same idempotency key placed it. */
  replayed: boolean
}

/** The outcome of one order of a batch; RowLocked if another transaction holds a row that it needs. */
export type OrderPlacing = Outcome<PlacedOrder | RowLocked>
export type CheckoutPlacing = Outcome<PlacedCheckout | RowLocked>
export type Placing = OrderPlacing | CheckoutPlacing

export const isCheckout = (placement: Placement): placement is NewCheckout => 'lines' in placement

/** Returns the lines of an order, which is one itself, or of a checkout. */
export const linesOf = (placement: Placement): readonly OrderLine[] =>
  isCheckout(placement) ? placement.lines : [placement]

/** Returns the number of orders. */
export const countLines = (placement: Placement) => (isCheckout(placement) ? placement.lines.length : 1)

/** Returns the ids of the rows that placing locks: products, and the user. */
export const rowsOf = (placement: Placement): string[] => [
  ...linesOf(placement).map(({ productId }) => productId),
  placement.userId,
]
