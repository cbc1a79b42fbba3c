import type { LockedProduct } from '../db/dialect.js'
import { orderRefused, type Problem } from '../errors.js'
import type { Money } from '../money.js'
import type { BeforeOrder } from './before-order.js'
import type { OrderLine, OrderTerms } from './new-order.js'

/** As for products (src/routes/products/schema.ts). */
const MAX_PRICE = 1_000_000

/** Rounds to the smallest amount: nine tenths of 19.99 are 17.99. An invalid price is an error of its program. */
function minorOf(price: unknown, { toMinor }: Money): number {
  if (typeof price === 'number' && price >= 0 && price <= MAX_PRICE) return toMinor(price)
  throw new TypeError(`beforeOrder returned the price ${price}: it must be from 0 to ${MAX_PRICE}`)
}

/** The facts about an order that a rule gets besides its line and product. */
interface ConsultedTerms extends Pick<OrderTerms, 'userId' | 'metadata'> {
  money: Money
  inCheckout: boolean
}

/**
 * Asks the shop's own rule about an order.
 * @returns the price of a unit in minor units, or the refusal
 * @throws an error of the rule
 */
export function consult(
  rule: BeforeOrder | undefined,
  { productId, quantity }: OrderLine,
  { name, price, stock }: LockedProduct,
  { userId, metadata, money, inCheckout }: ConsultedTerms,
): number | Problem {
  const ruling = rule?.({
    userId,
    product: { id: productId, name, price: money.fromMinor(price), stock },
    quantity,
    metadata: metadata ?? null,
    inCheckout,
  })
  if (ruling === undefined) return price
  if (ruling instanceof Promise) {
    ruling.catch(() => {}) // or its rejection would end the process
    throw new TypeError('beforeOrder must not be async')
  }
  if ('refuse' in ruling) return orderRefused(productId, ruling.refuse, ruling.code)
  return minorOf(ruling.price, money)
}
