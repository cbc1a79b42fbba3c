/** What a page says of `failed`, and offers. */
export const FAILED = /Something went wrong on the server\. It was noted there as req-7\. Try again$/

export const NO_ROWS = { items: [], nextCursor: null }
export const NO_FIGURES = {
  orders: 0,
  takings: 0,
  before: { orders: 0, takings: 0 },
  hours: [],
  best: [],
  isComplete: true,
}

/** A page with its requests, and the text it shows for each answer. */
export interface PageStates {
  name: string
  place: string
  /** Its requests, as a glob. */
  asks: string
  /** The answer of a shop without any; left out where there is always one. */
  nothing?: object
  empty?: string | RegExp
  loading: string | RegExp
  full: string | RegExp
  /** What is shown where the server knows no such thing. */
  gone?: string | RegExp
  dialog?: string
}
