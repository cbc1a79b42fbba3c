import type { CheckoutView } from '../../src/contract/checkout.js'
import type { Placing } from '../../src/orders/new-order.js'

/** The outcome of a placement: the order or checkout, or the code of its refusal. */
export const made = (outcome: Placing | undefined) =>
  outcome?.ok ? outcome.value : (outcome?.reason as { code?: string } | undefined)?.code

/** @throws Error for a refusal */
export function checkoutOf(outcome: Placing | undefined): CheckoutView {
  if (outcome?.ok && 'checkout' in outcome.value) return outcome.value.checkout
  throw new Error(`no checkout: ${JSON.stringify(outcome)}`)
}
