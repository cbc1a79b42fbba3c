import type { Event } from '#prisma'
import type { EventRow } from '../db/dialect.js'
import type { Db, RawTx } from '../db/types.js'
import { createTextReader } from './event-texts.js'
import type { EventData, EventType, StockroomEvent } from './events.js'
import { createLogIdentity } from './log-identity.js'

/** An event on its way into the log. */
export interface Draft {
  type: EventType
  /** The customer whose order it tells of; null for what is no customer's own. */
  userId: string | null
  data: EventData[EventType]
}

export type EventLog = ReturnType<typeof createEventLog>

type CommitListener = (events: StockroomEvent[]) => void

/**
 * The log of all that happened, in commit order. Offsets are dense because they come from a counter that moves
 * in the same transaction: what is rolled back takes no offset, and nobody sees N+1 before N.
 */
export function createEventLog(db: Db) {
  const listeners: CommitListener[] = []
  const { saw, ...identity } = createLogIdentity(db)

  return {
    ...identity,

    /** Says that the event at `offset` was read from the log. */
    saw,

    /**
     * Writes `drafts` in the transaction of the change that they tell of. Call it last: the counter's lock is
     * what other writers wait for until the commit.
     * @param at time of the change, in milliseconds since 1970
     */
    async append(tx: RawTx, drafts: Draft[], at: number): Promise<void> {
      if (drafts.length === 0) return
      const rows = drafts.map(
        ({ type, userId, data }): EventRow => ({ type, userId, data: JSON.stringify(data) }),
      )
      const first = await db.dialect.appendEvents(tx, rows, at)
      db.afterCommit(tx, () => {
        saw(first + rows.length - 1)
        const createdAt = new Date(at).toISOString()
        const events = drafts.map(({ type, data }, i) => ({ offset: first + i, type, createdAt, data }))
        for (const listener of listeners) listener(events)
      })
    },

    /** Has `listener` told of the events that this process commits, after each commit. It must not throw. */
    onCommit(listener: CommitListener): void {
      listeners.push(listener)
    },

    /** At most `limit` events after the offset `after`, oldest first. */
    async read(after: number, limit: number): Promise<StockroomEvent[]> {
      const where = { offset: { gt: after } }
      const rows = await db.read.event.findMany({ where, orderBy: { offset: 'asc' }, take: limit })
      return rows.map(viewEvent)
    },

    ...createTextReader(db.read),

    /** The last offset that was given; 0 before the first. */
    async head(): Promise<number> {
      const counter = await db.read.eventCounter.findUniqueOrThrow({ where: { id: 1 } })
      return Number(counter.lastOffset)
    },

    /** The oldest offset that is still kept; undefined when none is. */
    async oldest(): Promise<number | undefined> {
      const row = await db.read.event.findFirst({ orderBy: { offset: 'asc' }, select: { offset: true } })
      return row ? Number(row.offset) : undefined
    },
  }
}

const viewEvent = (row: Event): StockroomEvent => ({
  offset: Number(row.offset),
  type: row.type as EventType,
  createdAt: row.createdAt.toISOString(),
  data: JSON.parse(row.data),
})
