/** Orders placed in a time range and not cancelled, with the sum of their total prices. */
interface TakingsSum {
  orders: number
  takings: number
}

/** How the shop is doing, as admins see it. */
export interface PulseFigures {
  /** All events up to this offset are included. */
  offset: number
  /** Since the start of the day asked for. */
  today: TakingsSum & { since: string }
  /** The minutes of the last hour with orders. */
  minutes: (TakingsSum & { at: string })[]
  /** The number of products with a stock of `threshold` or less, and those with the least. */
  lowStock: { threshold: number; count: number; items: { id: string; name: string; stock: number }[] }
  /** Number of events in the log that have not been sent to the sockets yet. */
  relayLag: number
  /** The currency of amounts (ISO 4217). */
  currency: string
  /** Digits of the minor unit of the currency. */
  decimals: number
}
