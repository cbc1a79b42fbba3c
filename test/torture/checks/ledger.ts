import { type Finding, findingOf } from './finding.js'
import type { State } from './state.js'

interface Row {
  id: string
  productId: string
  delta: number
  stockAfter: number
}

/** Returns every change of a stock, in the order of its ids. */
function rowsOf({ orders, changes, adjustments }: State): Row[] {
  const returned = changes.flatMap(({ id, productId, delta, stockAfter }) =>
    productId === null || delta === null || stockAfter === null ? [] : { id, productId, delta, stockAfter },
  )
  const taken = orders.map(({ id, productId, quantity, stockAfter }) => {
    return { id, productId, delta: -quantity, stockAfter }
  })
  return [...taken, ...returned, ...adjustments].sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Checks that each row of a product's ledger leads from the stock before it to the stock after it, the last to today's. */
export function checkLedger(state: State): Finding[] {
  const stocks = new Map<string, number>()
  const broken: string[] = []
  for (const { id, productId, delta, stockAfter } of rowsOf(state)) {
    if ((stocks.get(productId) ?? 0) + delta !== stockAfter) broken.push(`${id} of ${productId}`)
    stocks.set(productId, stockAfter)
  }
  const others = state.products.filter(({ id, stock }) => (stocks.get(id) ?? 0) !== stock).map(({ id }) => id)
  return [
    ...findingOf('books', 'rows of the ledger do not follow from those before them', broken),
    ...findingOf('books', 'ledgers do not end at the stock', others),
  ]
}

/** Checks that each cancelled order, and no other, has returned its stock, once. */
export function checkReturns({ orders, changes }: State): Finding[] {
  const returned = new Map<string, number[]>()
  for (const { orderId, delta } of changes)
    if (delta !== null) returned.set(orderId, [...(returned.get(orderId) ?? []), delta])
  const wrong = orders.filter(({ id, status, quantity }) => {
    const expected = status === 'cancelled' ? [quantity] : []
    return JSON.stringify(returned.get(id) ?? []) !== JSON.stringify(expected)
  })
  const ids = wrong.map(({ id, status }) => `${id} (${status}, returned ${returned.get(id) ?? 'nothing'})`)
  return findingOf('books', 'orders have not returned their stock once', ids)
}
