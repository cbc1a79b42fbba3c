import type { AnyEvent } from '../contract/events.js'

/**
 * The most recently delivered events, in memory: a listener that was away briefly catches up without reading the log.
 */
export class Recent {
  readonly #max: number
  #events: AnyEvent[] = []

  /** @param max minimum number of events kept, once there were as many; at most twice as many are kept */
  constructor(max: number) {
    this.#max = max
  }

  /** Adds the events following the cached ones. After a gap, starts over. */
  add(events: readonly AnyEvent[]): void {
    const last = this.#events.at(-1)
    if (last && events[0]?.offset !== last.offset + 1) this.#events = []
    for (const event of events) this.#events.push(event)
    if (this.#events.length > 2 * this.#max) this.#events = this.#events.slice(-this.#max)
  }

  /** Clears the cache. */
  clear(): void {
    this.#events = []
  }

  /** Returns the events after the offset `after`, up to `upTo`; undefined unless all of them are cached. */
  between(after: number, upTo: number): AnyEvent[] | undefined {
    const [first] = this.#events
    if (!first || first.offset > after + 1 || upTo >= first.offset + this.#events.length) return undefined
    return this.#events.slice(after + 1 - first.offset, upTo + 1 - first.offset)
  }
}
