import type { Journal } from '../journal.js'
import { type Finding, findingOf } from './finding.js'
import type { State } from './state.js'

/** Checks that each imported file is there up to some line, an acknowledged one whole, and that each stock was booked once. */
export function checkImports({ products, adjustments }: State, { imports }: Journal): Finding[] {
  const bySku = new Map(products.map((product) => [product.sku, product]))
  const booked = new Map<string, number[]>()
  for (const { productId, delta, cause } of adjustments)
    if (cause === 'import') booked.set(productId, [...(booked.get(productId) ?? []), delta])
  const lost: string[] = []
  const doubled: string[] = []
  let known = 0
  for (const { skus, stock, acknowledged } of imports) {
    const made = skus.map((sku) => bySku.get(sku))
    const end = made.indexOf(undefined)
    const whole = end === -1 ? skus.length : end
    if (acknowledged && whole < skus.length) lost.push(`${skus[whole]}`)
    if (made.slice(whole).some((product) => product !== undefined))
      lost.push(`${skus[whole]}, but not a later one`)
    for (const product of made) {
      if (!product) continue
      known++
      const deltas = booked.get(product.id) ?? []
      if (product.stock !== stock || deltas.length !== 1 || deltas[0] !== stock)
        doubled.push(`${product.sku}: ${product.stock} in stock, booked ${deltas}`)
    }
  }
  const extra = products.filter(({ sku }) => sku !== null).length - known
  return [
    ...findingOf('lost', 'lines of imports are missing', lost),
    ...findingOf('doubled', 'lines of imports were not booked once', doubled),
    ...(extra > 0 ? findingOf('doubled', 'products were never imported', [String(extra)]) : []),
  ]
}
