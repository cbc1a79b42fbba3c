import type { Draft } from './log.js'
import type { Origin } from './origin.js'

/** Whether a product with this stock runs low. */
export const isLow = (stock: number, threshold: number) => stock <= threshold

/**
 * Returns the events for a change of a product's stock from `before` to `after`: stock:changed and, if it fell from
 * above `threshold` to it or below, stock:low. None if nothing changed.
 */
export function stockEvents(
  productId: string,
  before: number,
  after: number,
  threshold: number,
  origin: Origin,
): Draft[] {
  if (before === after) return []
  const changed: Draft = { type: 'stock:changed', userId: null, data: { productId, stock: after }, origin }
  if (isLow(before, threshold) || !isLow(after, threshold)) return [changed]
  return [changed, { type: 'stock:low', userId: null, data: { productId, stock: after, threshold }, origin }]
}
