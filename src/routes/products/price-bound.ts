import type { Money } from '../../money.js'

/** Above every price there is, and small enough to be exact in minor units. */
const PRICE_BEYOND_ALL = 1_000_000_000

/** Returns the bound of a filter in minor units. */
export const priceBound = ({ toMinor }: Money, price: number | undefined) =>
  price === undefined ? undefined : toMinor(Math.min(price, PRICE_BEYOND_ALL))
