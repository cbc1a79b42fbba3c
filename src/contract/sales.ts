/** Orders placed in a time range and not cancelled, with the sum of their total prices. */
export interface SalesSum {
  orders: number
  takings: number
}

/** The sales of a time range, compared with another one. */
export interface SalesFigures extends SalesSum {
  /** All events up to this offset are included. */
  offset: number
  /** Whether all orders are counted: false for a while after an update of the program. */
  isComplete: boolean
  /** The hours with orders, counted from the beginning of the range. */
  hours: (SalesSum & { at: string })[]
  /** The range to compare with. */
  before: SalesSum
  /** The products with the most units ordered on the days of the range (UTC), including deleted ones. */
  best: { id: string; name: string; units: number; takings: number }[]
}
