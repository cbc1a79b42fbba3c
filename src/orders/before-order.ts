import type { Metadata } from '../contract/metadata.js'

/** An order about to be decided, as a rule of the shop's own sees it. Amounts are in units of the currency. */
export interface OrderProposal {
  readonly userId: string
  readonly product: {
    readonly id: string
    readonly name: string
    readonly price: number
    /** The stock before the order. */
    readonly stock: number
  }
  readonly quantity: number
  /** What the customer's client sent as metadata; of a checkout, that of the whole. */
  readonly metadata: Metadata | null
  /** Whether it is part of a checkout, which is refused as a whole. */
  readonly inCheckout: boolean
}

/**
 * A rule's decision on an order: none, another price of a unit (rounded to the smallest amount), or a refusal. `refuse`
 * is shown to the customer; `code` gives programs the reason.
 */
export type OrderRuling = undefined | { price: number } | { refuse: string; code?: string }

/**
 * A rule of the shop's own for orders. It is called for each order, in the transaction that places a whole batch of
 * them, while the products are locked: it must be a quick, pure function of its argument. It may not wait, read or
 * write anything, or keep anything: a failed batch is decided again. If it throws, the order gets a 500 and nothing is
 * placed.
 */
export type BeforeOrder = (order: OrderProposal) => OrderRuling
