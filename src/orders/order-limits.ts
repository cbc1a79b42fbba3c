import { Problem, problems } from '../errors.js'

/** Limits on one account's pending orders; 0 means no limit. */
export interface OrderLimits {
  /** Maximum number of pending orders. */
  maxOpenOrders: number
  /** Maximum number of units in pending orders. */
  maxHeldUnits: number
}

export const NO_LIMITS: OrderLimits = { maxOpenOrders: 0, maxHeldUnits: 0 }

/** An account's pending orders. */
export interface Pending {
  open: number
  units: number
}

export const isLimited = ({ maxOpenOrders, maxHeldUnits }: OrderLimits) =>
  maxOpenOrders > 0 || maxHeldUnits > 0

/**
 * Returns the reason why an account with `pending` may not order `units` more, in `orders` orders, or undefined. (OWASP
 * API Security Top 10 2023, API6: unrestricted access to sensitive business flows.)
 */
export function limitFault(
  pending: Pending,
  units: number,
  limits: OrderLimits,
  orders = 1,
): Problem | undefined {
  const { maxOpenOrders, maxHeldUnits } = limits
  const until = 'Confirm or cancel some to place more.'
  if (maxOpenOrders > 0 && pending.open + orders > maxOpenOrders)
    return new Problem(
      problems.orderLimit,
      `The limit of pending orders per account is ${maxOpenOrders}; this account has ${pending.open}. ${until}`,
      { extra: { limit: maxOpenOrders, open: pending.open, requested: orders } },
    )
  if (maxHeldUnits > 0 && pending.units + units > maxHeldUnits)
    return new Problem(
      problems.orderLimit,
      `The limit of units in pending orders per account is ${maxHeldUnits}; this account has ${pending.units}. ${until}`,
      { extra: { limit: maxHeldUnits, held: pending.units, requested: units } },
    )
  return undefined
}
