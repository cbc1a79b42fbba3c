import type { CheckoutUse, Journal } from '../journal.js'
import { type Finding, findingOf } from './finding.js'
import type { State } from './state.js'

const linesOf = (lines: { productId: string; quantity: number }[]) =>
  lines.map(({ productId, quantity }) => `${productId} ${quantity}`).join(', ')

const nameOf = ({ request: { userId }, key }: CheckoutUse) => `${userId} ${key}`

/** Checks that each acknowledged checkout exists whole, that no other exists in part, and that a key has one at most. */
export function checkCheckouts({ orders, checkouts }: State, journal: Journal): Finding[] {
  const rows = new Map(checkouts.map(({ id, ...row }) => [id, { ...row, lines: [] as typeof orders }]))
  const orphans: string[] = []
  for (const order of orders.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    if (order.checkoutId === null) continue
    const row = rows.get(order.checkoutId)
    if (row) row.lines.push(order)
    else orphans.push(order.id)
  }
  const lost: string[] = []
  const doubled: string[] = []
  const left = new Map(rows)
  for (const use of journal.checkouts) {
    if (use.ids.size > 1) doubled.push(nameOf(use))
    for (const id of use.ids) {
      const row = rows.get(id)
      if (!row || linesOf(row.lines) !== linesOf(use.request.lines) || row.key !== use.key) lost.push(id)
      left.delete(id)
    }
  }
  // What is left may be of a request without an answer, and then it is whole.
  const possible = journal.checkouts.filter(({ ids, inDoubt }) => inDoubt && ids.size === 0)
  const unrequested: string[] = []
  for (const [id, { userId, key, lines }] of left) {
    const at = possible.findIndex(
      (use) =>
        use.request.userId === userId && use.key === key && linesOf(use.request.lines) === linesOf(lines),
    )
    if (at === -1) unrequested.push(`${id} (${lines.length} orders)`)
    else possible.splice(at, 1)
  }
  return [
    ...findingOf('lost', 'acknowledged checkouts are missing, or not whole', lost),
    ...findingOf('lost', 'orders are of a checkout that does not exist', orphans),
    ...findingOf('doubled', 'keys have more than one checkout', doubled),
    ...findingOf('doubled', 'checkouts were never requested like this, or were refused', unrequested),
  ]
}
