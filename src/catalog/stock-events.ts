import type { Draft } from '../stream/log.js'

/**
 * The events of a product whose stock went from `before` to `after`: that it changed and, when it fell from above
 * `threshold` to it or below, that it is low. None when nothing changed.
 */
export function stockEvents(productId: string, before: number, after: number, threshold: number): Draft[] {
  if (before === after) return []
  const changed: Draft = { type: 'stock:changed', userId: null, data: { productId, stock: after } }
  if (before <= threshold || after > threshold) return [changed]
  return [changed, { type: 'stock:low', userId: null, data: { productId, stock: after, threshold } }]
}
