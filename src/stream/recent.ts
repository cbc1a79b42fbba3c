import type { StockroomEvent } from './events.js'

/**
 * The last events that were handed on, in memory: whoever was away for a moment is told them without a read of the log.
 */
export class Recent {
  readonly #max: number
  #events: StockroomEvent[] = []

  /** @param max events kept at least, once there were so many; twice as many at most */
  constructor(max: number) {
    this.#max = max
  }

  /** Adds the events that follow those that it has. After a gap it begins anew. */
  add(events: readonly StockroomEvent[]): void {
    const last = this.#events.at(-1)
    if (last && events[0]?.offset !== last.offset + 1) this.#events = []
    for (const event of events) this.#events.push(event)
    if (this.#events.length > 2 * this.#max) this.#events = this.#events.slice(-this.#max)
  }

  /** Forgets all that it has. */
  clear(): void {
    this.#events = []
  }

  /** The events after the offset `after`, up to `upTo`; undefined where not all of them are kept. */
  between(after: number, upTo: number): StockroomEvent[] | undefined {
    const [first] = this.#events
    if (!first || first.offset > after + 1 || upTo >= first.offset + this.#events.length) return undefined
    return this.#events.slice(after + 1 - first.offset, upTo + 1 - first.offset)
  }
}
