import { LRUCache } from 'lru-cache'
import type { EventText } from '../../stream/event-texts.js'

/** Events after an offset, as read from the log. */
export interface LogPage {
  /** The last offset that it covers. */
  upTo: number
  /** Oldest first; undefined if the log has deleted some of them. */
  events: EventText[] | undefined
  /** The oldest offset that the log has, if some were deleted. */
  oldest?: number
}

/** Reads a page after the offset `after`, up to `upTo` at most. */
export type ReadLog = (after: number, upTo: number) => Promise<LogPage>

/** Offsets of a block: the pages of the log end where blocks do. */
export const BLOCK_OFFSETS = 256
/** Characters of blocks that are kept for endpoints further behind. */
const KEPT_CHARS = 8 * 1024 * 1024

interface Block {
  /** The offset before its first event: the block's start, or a later one if the log has deleted events. */
  from: number
  /** Without gaps. */
  events: readonly EventText[]
  loading?: Promise<void> | undefined
}

/** The log no longer has the events before `oldest`. */
export interface LostEvents {
  oldest: number
}

/** Events in memory: those from the index `skip` on. */
export interface FoundEvents {
  events: readonly EventText[]
  skip: number
}

/**
 * The log in memory, in blocks that all endpoints share: an event is read once for all that are near it, and again for those that
 * are far behind.
 */
export class Blocks {
  readonly #read: ReadLog
  readonly #kept = new LRUCache<number, Block>({
    maxSize: KEPT_CHARS,
    sizeCalculation: ({ events }) => events.reduce((sum, { text }) => sum + text.length, 1),
  })
  #head = 0

  constructor(read: ReadLog) {
    this.#read = read
  }

  /** The last offset that may be read. */
  get head(): number {
    return this.#head
  }

  /** Events up to `head` may be read now. */
  advance(head: number): void {
    this.#head = head
  }

  /**
   * Returns the events after the offset `after`, as far as they are in memory.
   * @returns a promise while they are read, to be asked again after it; undefined at the head
   */
  next(after: number): FoundEvents | LostEvents | Promise<void> | undefined {
    if (after >= this.#head) return undefined
    const number = Math.floor(after / BLOCK_OFFSETS)
    const start = number * BLOCK_OFFSETS
    const block = this.#kept.get(number) ?? { from: start, events: [] }
    if (after < block.from) return { oldest: block.from + 1 }
    const skip = after - block.from
    if (skip < block.events.length) return { events: block.events, skip }
    return block.loading ?? this.#load(number, block)
  }

  #load(number: number, { from, events }: Block): Promise<void> {
    const after = from + events.length
    const end = (number + 1) * BLOCK_OFFSETS
    const loading = this.#read(after, Math.min(this.#head, end)).then(
      (page) => {
        // An entry is weighed when it is set.
        if (page.events) this.#kept.set(number, { from, events: events.concat(page.events) })
        else this.#kept.set(number, { from: Math.max(after, (page.oldest ?? 0) - 1), events: [] })
      },
      (error) => {
        this.#kept.set(number, { from, events })
        throw error
      },
    )
    this.#kept.set(number, { from, events, loading })
    return loading
  }
}
