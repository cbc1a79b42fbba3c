import { Problem, problems } from '../errors.js'

/** What one account may hold in pending orders; 0 is no limit. */
export interface OrderLimits {
  /** Pending orders at most. */
  maxOpenOrders: number
  /** Units in pending orders at most. */
  maxHeldUnits: number
}

export const NO_LIMITS: OrderLimits = { maxOpenOrders: 0, maxHeldUnits: 0 }

/** What an account has in pending orders. */
export interface Pending {
  open: number
  units: number
}

export const isLimited = ({ maxOpenOrders, maxHeldUnits }: OrderLimits) =>
  maxOpenOrders > 0 || maxHeldUnits > 0

/**
 * Why an account with `pending` may not order `quantity` more; undefined if it may.
 * (OWASP API Security Top 10 2023, API6: unrestricted access to sensitive business flows.)
 */
export function limitFault(pending: Pending, quantity: number, limits: OrderLimits): Problem | undefined {
  const { maxOpenOrders, maxHeldUnits } = limits
  const until = 'Further ones are taken when some are confirmed or cancelled.'
  if (maxOpenOrders > 0 && pending.open >= maxOpenOrders)
    return new Problem(
      problems.orderLimit,
      `An account may have ${maxOpenOrders} pending orders, and this one has ${pending.open}. ${until}`,
      { extra: { limit: maxOpenOrders, open: pending.open } },
    )
  if (maxHeldUnits > 0 && pending.units + quantity > maxHeldUnits)
    return new Problem(
      problems.orderLimit,
      `An account may have ${maxHeldUnits} units in pending orders, and this one has ${pending.units}. ${until}`,
      { extra: { limit: maxHeldUnits, held: pending.units, requested: quantity } },
    )
  return undefined
}
