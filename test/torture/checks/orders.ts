import type { OrderStatus } from '../../../src/contract/order.js'
import type { Journal, OrderRequest } from '../journal.js'
import { type Finding, findingOf } from './finding.js'
import type { State } from './state.js'

/** The statuses reachable from each, in any number of steps. */
const LATER: Record<OrderStatus, readonly OrderStatus[]> = {
  pending: ['confirmed', 'shipped', 'delivered', 'cancelled'],
  confirmed: ['shipped', 'delivered', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: [],
}

type OrderRow = State['orders'][number]

const requestOf = ({ userId, productId, quantity }: OrderRequest) => `${userId} ${productId} ${quantity}`
const keyOf = ({ userId }: { userId: string }, key: string) => `${userId} ${key}`

/** Checks that every acknowledged order exists as acknowledged, with a requested status. */
function findLost(rows: ReadonlyMap<string, OrderRow>, { orders }: Journal): Finding[] {
  const missing: string[] = []
  const changed: string[] = []
  for (const known of orders.values()) {
    const row = rows.get(known.id)
    if (!row) missing.push(known.id)
    else if (requestOf(row) !== requestOf(known)) changed.push(`${row.id} (${requestOf(row)})`)
    else {
      const { status } = row
      const acknowledged = [...known.statuses]
      const mayExpire = status === 'cancelled' && known.expiresIn !== undefined
      const asked = known.statuses.has(status) || known.attempted.has(status) || mayExpire
      const follows = acknowledged.every((one) => one === status || LATER[one].includes(status))
      if (!asked || !follows)
        changed.push(`${row.id} (${status}, was acknowledged ${acknowledged.join(', ')})`)
    }
  }
  return [
    ...findingOf('lost', 'acknowledged orders are missing', missing),
    ...findingOf('lost', 'orders differ from their acknowledgement', changed),
  ]
}

/** Checks that each acknowledged key has exactly the order returned for it, and each refused key none. */
function findDoubledKeys(rows: readonly OrderRow[], { keys }: Journal): Finding[] {
  const byKey = new Map<string, OrderRow[]>()
  for (const row of rows) {
    if (row.key === null) continue
    const name = keyOf(row, row.key)
    byKey.set(name, [...(byKey.get(name) ?? []), row])
  }
  const twice: string[] = []
  const unrequested = [...byKey.keys()].filter((name) => !keys.has(name))
  const mismatched: string[] = []
  const refused: string[] = []
  for (const [name, { ids, inDoubt }] of keys) {
    const made = byKey.get(name) ?? []
    if (made.length > 1 || ids.size > 1) twice.push(name)
    else if (ids.size === 0 && made.length > 0 && !inDoubt) refused.push(name)
    else if (ids.size > 0 && !ids.has(made[0]?.id ?? '')) mismatched.push(name)
  }
  return [
    ...findingOf('doubled', 'keys have more than one order', twice),
    ...findingOf('doubled', 'orders have a key no client used', unrequested),
    ...findingOf('doubled', 'keys were refused but have an order', refused),
    ...findingOf('lost', 'keys do not have their acknowledged order', mismatched),
  ]
}

/** Checks that each order without a key was acknowledged, or belongs to a request without a response. */
function findUnrequested(rows: readonly OrderRow[], { keyless, keylessInDoubt }: Journal): Finding[] {
  const possible = new Map<string, number>()
  for (const request of keylessInDoubt)
    possible.set(requestOf(request), (possible.get(requestOf(request)) ?? 0) + 1)
  const unrequested: string[] = []
  for (const row of rows) {
    if (row.key !== null || row.checkoutId !== null || keyless.has(row.id)) continue
    const left = possible.get(requestOf(row)) ?? 0
    if (left > 0) possible.set(requestOf(row), left - 1)
    else unrequested.push(row.id)
  }
  return findingOf('doubled', 'orders without a key were never requested', unrequested)
}

/** Compares the orders with the history of the clients. */
export function checkOrders({ orders }: Pick<State, 'orders'>, journal: Journal): Finding[] {
  const byId = new Map(orders.map((row) => [row.id, row]))
  return [
    ...findLost(byId, journal),
    ...findDoubledKeys(orders, journal),
    ...findUnrequested(orders, journal),
  ]
}
