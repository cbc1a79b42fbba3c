import type { OrderStatus } from '../contract/order.js'
import { Problem, problems } from '../errors.js'

/** The state machine: the statuses allowed to follow each status. */
const next: Record<string, readonly OrderStatus[]> = {
  pending: ['confirmed', 'cancelled'],
  confirmed: ['shipped', 'cancelled'],
  shipped: ['delivered'],
}

/** The statuses that `cancelled` may follow. */
export const CANCELLABLE = ['pending', 'confirmed'] satisfies OrderStatus[]

/** An order as far as its transitions are concerned. */
interface Placed {
  id: string
  status: string
}

/** @throws Problem invalid-transition if `to` may not follow the status of `order` */
export function refuseUnlessNext(order: Placed, to: OrderStatus): void {
  if (!next[order.status]?.includes(to)) throw invalidTransition(order, to)
}

/**
 * @param own whether the owner asks, who may cancel pending orders alone
 * @throws Problem invalid-transition if it is too late to cancel `order`
 */
export function refuseUnlessCancellable(order: Placed, own: boolean): void {
  if (order.status === 'pending' || (!own && order.status === 'confirmed')) return
  throw invalidTransition(order, 'cancelled')
}

const invalidTransition = ({ id, status: from }: Placed, to: OrderStatus) =>
  new Problem(problems.invalidTransition, `The order is ${from} and cannot become ${to} this way.`, {
    extra: { orderId: id, from, to },
  })
