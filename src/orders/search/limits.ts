import type { WorkLimits } from '../../search/budget.js'

/** Thresholds that choose the plan of a list of orders and bound its cost. */
export interface OrderListLimits extends WorkLimits {
  /** Up to this many orders, a list sorted by total reads all of its most selective source and sorts them. */
  few: number
  /** Otherwise this many rows are scanned in list order before another source is considered. */
  walked: number
  /** The most orders that a source may then have. */
  many: number
  /** The most products, and customers, whose orders are merged by their ids. */
  lists: number
  /** The most entries of a word whose lists are compared by their first orders. */
  terms: number
  /** The cost budget of a list, in units (src/search/budget.ts). */
  budget: number
}

/** Tuned by timing searches over a million orders (docs/performance.md). */
export const defaultOrderLimits: OrderListLimits = {
  few: 300,
  walked: 500,
  many: 100_000,
  lists: 64,
  terms: 50_000,
  firstStep: 1_000,
  maxStep: 20_000,
  budget: 480_000,
  light: 40_000,
}
