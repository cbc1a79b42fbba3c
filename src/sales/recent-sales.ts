import type { AnyEvent } from '../contract/events.js'
import { orderGrowth } from '../contract/order-growth.js'
import type { Money } from '../money.js'
import { type SoldOrder, Tally } from './tally.js'

/** Maximum number of orders placed or cancelled in memory, at some 200 bytes each. */
const MAX_CHANGES = 50_000

interface Change {
  offset: number
  order: SoldOrder
  /** 1 for a placed order, −1 for a cancelled one. */
  sign: number
}

/**
 * The sales told by the latest events of the log. Taking them from the relay, which has them at hand, costs a small part of reading
 * and parsing the log again.
 */
export class RecentSales {
  readonly #money: Money
  #changes: Change[] = []
  /** All events after this offset were heard, */
  #after = 0
  /** up to this one. */
  #last = 0

  constructor(money: Money) {
    this.#money = money
  }

  /** Number of orders placed or cancelled that wait to be summed up. */
  get size(): number {
    return this.#changes.length
  }

  /** Takes the next events of the log, in order. Drops the earlier ones if there are too many, or after a gap. */
  hear(events: AnyEvent[]): void {
    const [first] = events
    const last = events.at(-1)
    if (!first || !last) return
    if (first.offset !== this.#last + 1 || this.#changes.length + events.length > MAX_CHANGES) {
      this.#changes = []
      this.#after = first.offset - 1
    }
    this.#last = last.offset
    for (const event of events) {
      const sign = orderGrowth(event)
      if (sign !== 0 && 'totalPrice' in event.data)
        this.#changes.push({ offset: event.offset, order: soldOrder(event.data, this.#money), sign })
    }
  }

  /** Drops all events: the log is another one. */
  forget(): void {
    this.#changes = []
    this.#after = this.#last
  }

  /**
   * Sums up the events after `position`, for at most about `maxProducts` products. They are kept until a call with a later position.
   * @returns the sums, and the offset of the last event in them; undefined if not all events after `position` were heard
   */
  since(position: number, maxProducts: number): { tally: Tally; to: number } | undefined {
    if (position < this.#after || position >= this.#last) return undefined
    const next = this.#changes.findIndex(({ offset }) => offset > position)
    this.#changes.splice(0, next === -1 ? this.#changes.length : next)
    this.#after = position
    const tally = new Tally()
    for (const { offset, order, sign } of this.#changes) {
      if (tally.products === maxProducts) return { tally, to: offset - 1 }
      tally.add(order, sign)
    }
    return { tally, to: this.#last }
  }
}

/** What the figures count of an order. */
export const soldOrder = (
  order: { productId: string; quantity: number; totalPrice: number; createdAt: string },
  money: Money,
): SoldOrder => ({
  productId: order.productId,
  quantity: order.quantity,
  totalPrice: money.toMinor(order.totalPrice),
  at: Date.parse(order.createdAt),
})
