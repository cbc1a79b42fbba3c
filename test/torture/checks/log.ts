import type { OrderStatus } from '../../../src/contract/order.js'
import { type Finding, findingOf } from './finding.js'
import type { State } from './state.js'

const NEXT: Record<OrderStatus, readonly OrderStatus[]> = {
  pending: ['confirmed', 'cancelled'],
  confirmed: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: [],
}

/** Checks that the log has kept its epoch, is dense from 1, and leads each order to its status by legal transitions. */
export function checkLog({ epoch, lastOffset, events, orders }: State, firstEpoch: string): Finding[] {
  const findings: Finding[] = []
  if (epoch !== firstEpoch) findings.push({ kind: 'gap', text: 'the epoch of the log has changed' })
  const holes = events.flatMap(({ offset }, i) => (offset === i + 1 ? [] : [String(offset)]))
  findings.push(...findingOf('gap', 'offsets in the log are out of sequence', holes))
  if (lastOffset !== events.length)
    findings.push({
      kind: 'gap',
      text: `the counter is at ${lastOffset}, but the log has ${events.length} events`,
    })

  const logged = new Map<string, OrderStatus>()
  const illegal: string[] = []
  for (const { type, offset, data } of events) {
    if (type !== 'order:created' && type !== 'order:updated') continue
    const { id, status } = JSON.parse(data) as { id: string; status: OrderStatus }
    const before = logged.get(id)
    const isLegal = type === 'order:created' ? before === undefined : before && NEXT[before].includes(status)
    if (!isLegal) illegal.push(`${offset} (${type} of ${id}, ${before} before, ${status})`)
    logged.set(id, status)
  }
  const stale = orders.filter(({ id, status }) => logged.get(id) !== status).map(({ id }) => id)
  const rows = new Set(orders.map(({ id }) => id))
  return [
    ...findings,
    ...findingOf('gap', 'events describe an illegal status transition', illegal),
    ...findingOf('gap', 'orders differ from their last logged status', stale),
    ...findingOf(
      'gap',
      'orders in the log are missing from the database',
      [...logged.keys()].filter((id) => !rows.has(id)),
    ),
  ]
}
