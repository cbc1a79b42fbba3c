/** When lists of products are looked up in which way, and where they end: numbers of rows, unless said otherwise. */
export interface ListLimits {
  /** A list is started from a restriction that so many products pass at most; then they are sorted. */
  few: number
  /** Otherwise the index of its order is walked, and each row asked, over so many rows at first. */
  walked: number
  /** Where that was in vain, a list is started from a restriction that so many products pass at most. */
  many: number
  /** How many products of a term are passed over to see how far apart they lie. */
  sample: number
  /** Rows of the first step of a walk; later ones are as long as they may take time for, and cost so many units at most. */
  firstStep: number
  longestStep: number
  /** The last product that a page shows, counted from the first of the list. */
  deepest: number
  /** Products that are counted at most. */
  counted: number
  /** What a list, and then its count, may cost, in units (work.ts); what costs more than `light` waits for its turn. */
  budget: number
  countBudget: number
  light: number
}

/** Settled by timing searches in a million products (docs/performance.md). */
export const standardLimits: ListLimits = {
  few: 1_000,
  walked: 4_000,
  many: 100_000,
  sample: 500,
  firstStep: 250,
  longestStep: 20_000,
  deepest: 10_000,
  counted: 10_000,
  budget: 1_000_000,
  countBudget: 250_000,
  light: 40_000,
}
