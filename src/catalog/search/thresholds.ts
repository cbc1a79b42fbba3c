import type { WorkLimits } from '../../search/budget.js'

/** Row-count thresholds that choose the query plan of a list and bound its cost. */
export interface ListLimits extends WorkLimits {
  /** Up to this many matching rows, a list is driven by its most selective condition and sorted. */
  few: number
  /** Otherwise the index of the sort order is scanned and each row filtered, for this many rows at first. */
  walked: number
  /** If the page is still not full, a list is driven by a condition with up to this many matching rows. */
  many: number
  /** Postings skipped to estimate the density of a term. */
  sample: number
  /** The deepest row a page can show, counted from the first of the list. */
  maxDepth: number
  /** The maximum count; larger totals are a lower bound. */
  counted: number
  /** Cost budgets of a list and its count, in units (src/search/budget.ts). */
  budget: number
  countBudget: number
}

/** Tuned by timing searches over a million products (docs/performance.md). */
export const defaultLimits: ListLimits = {
  few: 1_000,
  walked: 4_000,
  many: 100_000,
  sample: 500,
  firstStep: 250,
  maxStep: 20_000,
  maxDepth: 10_000,
  counted: 10_000,
  budget: 1_000_000,
  countBudget: 250_000,
  light: 40_000,
}
