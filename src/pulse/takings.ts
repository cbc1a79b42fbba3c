import type { AnyEvent } from '../contract/events.js'
import type { Db } from '../db/db.js'
import { sql } from '../db/sql.js'

/** Orders in a time range, excluding those cancelled since. */
export interface Sum {
  orders: number
  /** In minor units. */
  takings: number
}

export const MINUTE_MS = 60_000

/** Orders summed per step: some milliseconds with SQLite, during which nothing else runs. */
const PART_ROWS = 2_000

interface PartSum {
  seen: bigint
  last: string | null
  orders: unknown
  takings: unknown
}

/** Returns the millisecond in which the id was generated: the first 48 bits of a UUIDv7 (RFC 9562, 5.7). */
const timeOf = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)

/** Returns the smallest id possible at `time`, in milliseconds since 1970. */
function firstIdOf(time: number): string {
  const hex = time.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

const minuteOf = (time: number) => Math.floor(time / MINUTE_MS)

/**
 * Orders and takings per minute. A minute is summed in the database, by its range of ids, and cached until the log
 * reports an order placed or cancelled in it. It is as exact as the database, and a request costs one query per
 * changed minute.
 */
export class Takings {
  readonly #db: Db
  readonly #keptMs: number
  readonly #minutes = new Map<number, Sum>()
  #turn: Promise<unknown> = Promise.resolve()

  /** @param keptMs how far back requests may reach, in milliseconds */
  constructor(db: Db, keptMs: number) {
    this.#db = db
    this.#keptMs = keptMs
  }

  /** Applies new events of the log. */
  note(events: AnyEvent[]): void {
    if (this.#minutes.size === 0) return
    for (const { type, data } of events)
      if (type === 'order:created' || (type === 'order:updated' && data.status === 'cancelled'))
        this.#minutes.delete(minuteOf(timeOf(data.id)))
  }

  /** Clears everything: events were missed. */
  forgetAll(): void {
    this.#minutes.clear()
  }

  /**
   * Returns the minutes from `from` to `to` (milliseconds since 1970) with orders, by their start. Requests are
   * answered one at a time, so each reuses the sums of the one before.
   */
  between(from: number, to: number): Promise<Map<number, Sum>> {
    const answer = this.#turn.then(() => this.#sumUp(minuteOf(from), minuteOf(to)))
    this.#turn = answer.catch(() => undefined)
    return answer
  }

  async #sumUp(first: number, last: number): Promise<Map<number, Sum>> {
    const oldest = minuteOf(Date.now() - this.#keptMs)
    for (const minute of this.#minutes.keys()) if (minute < oldest) this.#minutes.delete(minute)
    const found = new Map<number, Sum>()
    for (let minute = first; minute <= last; minute++) {
      let sum = this.#minutes.get(minute)
      if (!sum) {
        sum = await this.#sumOf(minute)
        // Skips over idle periods instead of querying minute by minute.
        if (sum.orders === 0) minute = (await this.#emptyUntil(minute, last)) - 1
      }
      if (sum.orders > 0) found.set(minute * MINUTE_MS, sum)
    }
    return found
  }

  async #sumOf(minute: number): Promise<Sum> {
    const sum: Sum = { orders: 0, takings: 0 }
    this.#minutes.set(minute, sum) // later events invalidate it
    try {
      const end = firstIdOf((minute + 1) * MINUTE_MS)
      // The first possible id of the minute is never generated: its random part is not all zeros.
      for (let after: string | null = firstIdOf(minute * MINUTE_MS); after !== null; ) {
        const part = await this.#sumOfPart(after, end)
        sum.orders += Number(part.orders ?? 0)
        sum.takings += Number(part.takings ?? 0)
        after = Number(part.seen) < PART_ROWS ? null : part.last
      }
      return sum
    } catch (error) {
      this.#minutes.delete(minute)
      throw error
    }
  }

  /** Sums the first PART_ROWS orders between two ids. */
  async #sumOfPart(after: string, end: string): Promise<PartSum> {
    const { read, steps } = this.#db
    const [part] = await steps.step(() =>
      read.$queryRaw<PartSum[]>(sql`
        SELECT COUNT(*) AS seen, MAX(id) AS last, COUNT(CASE WHEN status <> 'cancelled' THEN 1 END) AS orders,
          SUM(CASE WHEN status <> 'cancelled' THEN total_price END) AS takings
        FROM (SELECT id, status, total_price FROM orders WHERE id > ${after} AND id < ${end}
          ORDER BY id LIMIT ${PART_ROWS}) AS part`),
    )
    if (!part) throw new Error('a sum has no row')
    return part
  }

  /** Returns the first minute after the empty `minute` with an order, or the one after `last`. */
  async #emptyUntil(minute: number, last: number): Promise<number> {
    const { read, steps } = this.#db
    const next = await steps.step(() =>
      read.order.findFirst({
        where: { id: { gte: firstIdOf((minute + 1) * MINUTE_MS) } },
        orderBy: { id: 'asc' },
        select: { id: true },
      }),
    )
    return Math.min(next ? minuteOf(timeOf(next.id)) : last + 1, last + 1)
  }
}
