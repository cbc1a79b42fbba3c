import type { Journal } from '../journal.js'
import { type Finding, findingOf } from './finding.js'
import type { State } from './state.js'

const INITIAL = 'initial stock'

/** Sums amounts by product. */
function sumByProduct(rows: [productId: string, amount: number][]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const [id, amount] of rows) sums.set(id, (sums.get(id) ?? 0) + amount)
  return sums
}

/**
 * Checks that stock plus orders equal the adjustments, and that the log is dense and has every order and the last stock.
 * Computed from the rows instead of with src/db/audit.ts, whose bugs could otherwise hide those of the shop.
 */
export function checkBooks({ products, adjustments, orders, events, lastOffset }: State): Finding[] {
  const faults: string[] = []
  const booked = sumByProduct(adjustments.map(({ productId, delta }) => [productId, delta]))
  const live = orders.filter(({ status }) => status !== 'cancelled')
  const sold = sumByProduct(live.map(({ productId, quantity }) => [productId, quantity]))
  const lastLogged = new Map<string, number>()
  for (const { type, data } of events) {
    if (type !== 'stock:changed') continue
    const { productId, stock } = JSON.parse(data)
    lastLogged.set(productId, stock)
  }
  for (const { id, stock } of products) {
    const added = booked.get(id) ?? 0
    const ordered = sold.get(id) ?? 0
    if (stock < 0) faults.push(`product ${id} has negative stock: ${stock}`)
    if (added !== stock + ordered)
      faults.push(`product ${id}: ${added} added, ${stock} in stock, ${ordered} ordered`)
    if ((lastLogged.get(id) ?? stock) !== stock)
      faults.push(`the last logged stock of ${id} differs from its stock`)
  }
  if (events.some(({ offset }, i) => offset !== i + 1)) faults.push('the log has a gap')
  if (lastOffset !== events.length) faults.push('the counter differs from the end of the log')
  const created = events.flatMap(({ type, data }) => (type === 'order:created' ? [JSON.parse(data).id] : []))
  if (created.length !== orders.length || new Set(created).size !== created.length)
    faults.push(`${orders.length} orders exist, but ${created.length} were logged as created`)
  return faults.map((text) => ({ kind: 'books', text }))
}

/** Checks that each acknowledged adjustment was made once, and each refused one never. */
export function checkAdjustments({ adjustments }: Pick<State, 'adjustments'>, journal: Journal): Finding[] {
  const lost: string[] = []
  const doubled: string[] = []
  const unrequested: string[] = []
  const times = new Map<string, number>()
  for (const { productId, delta, reason, cause } of adjustments) {
    if (cause === 'import') continue
    if (reason === INITIAL) {
      if (journal.initialStock.get(productId) !== delta)
        unrequested.push(`${INITIAL} of ${productId}: ${delta}`)
      continue
    }
    const known = journal.adjustments.get(reason ?? '')
    if (known?.productId !== productId || known.delta !== delta || known.state === 'refused')
      unrequested.push(`${reason} of ${productId}: ${delta}`)
    times.set(reason ?? '', (times.get(reason ?? '') ?? 0) + 1)
  }
  for (const [reason, { state }] of journal.adjustments) {
    const found = times.get(reason) ?? 0
    if (found > 1) doubled.push(reason)
    if (found === 0 && state === 'acknowledged') lost.push(reason)
  }
  return [
    ...findingOf('lost', 'acknowledged adjustments are missing', lost),
    ...findingOf('doubled', 'adjustments were made more than once', doubled),
    ...findingOf('doubled', 'adjustments were never requested, or were refused', unrequested),
  ]
}
