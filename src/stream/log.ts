import type { Event } from '#prisma'
import type { AnyEvent, EventActor, EventData, EventType, LoggedEvent } from '../contract/events.js'
import type { Db } from '../db/db.js'
import type { EventRow } from '../db/dialect.js'
import type { RawTx } from '../db/transaction.js'
import { createTextReader } from './event-texts.js'
import { createLogIdentity } from './log-identity.js'
import { actorOfRow, type Origin, originColumns } from './origin.js'

interface DraftOf<T extends EventType> {
  type: T
  /** The customer of the order; null for an event without an owner. */
  userId: string | null
  data: EventData[T]
  origin: Origin
}

/** An event to be appended to the log. */
export type Draft = { [T in EventType]: DraftOf<T> }[EventType]

export type EventLog = ReturnType<typeof createEventLog>

type CommitListener = (events: AnyEvent[]) => void

/**
 * The event log, in commit order. Its offsets are dense because they come from a counter updated in the same
 * transaction: a rollback consumes no offset, and nobody sees N+1 before N.
 */
export function createEventLog(db: Db) {
  const listeners: CommitListener[] = []
  const { saw, ...identity } = createLogIdentity(db)

  return {
    ...identity,

    /** Records the event at `offset` as read from the log. */
    saw,

    /**
     * Appends events in the same transaction as the change they describe (transactional outbox). Call it last: all
     * other writers wait for the counter's lock until the commit.
     * @param at time of the change, in milliseconds since 1970
     */
    async append(tx: RawTx, drafts: Draft[], at: number): Promise<void> {
      if (drafts.length === 0) return
      const rows = drafts.map(({ type, userId, data, origin }): EventRow => {
        const { actorType, actorId, requestId } = originColumns(origin)
        return { type, userId, data: JSON.stringify(data), actorType, actorId, requestId }
      })
      const first = await db.dialect.appendEvents(tx, rows, at)
      db.afterCommit(tx, () => {
        saw(first + rows.length - 1)
        const createdAt = new Date(at).toISOString()
        const events = drafts.map(({ type, data, origin: { actor, requestId } }, i) =>
          eventOf(first + i, type, createdAt, actor, requestId, data),
        )
        for (const listener of listeners) listener(events)
      })
    },

    /** Registers `listener` for events committed by this process, called after each commit. It must not throw. */
    onCommit(listener: CommitListener): void {
      listeners.push(listener)
    },

    /** Returns at most `limit` events after the offset `after`, oldest first. */
    async read(after: number, limit: number): Promise<LoggedEvent[]> {
      const where = { offset: { gt: after } }
      const rows = await db.read.event.findMany({ where, orderBy: { offset: 'asc' }, take: limit })
      return rows.map(viewEvent)
    },

    ...createTextReader(db.read),

    /** Returns the last assigned offset; 0 before the first. */
    async head(): Promise<number> {
      const counter = await db.read.eventCounter.findUniqueOrThrow({ where: { id: 1 } })
      return Number(counter.lastOffset)
    },

    /** Returns the oldest retained offset; undefined for an empty log. */
    async oldest(): Promise<number | undefined> {
      const row = await db.read.event.findFirst({ orderBy: { offset: 'asc' }, select: { offset: true } })
      return row ? Number(row.offset) : undefined
    },
  }
}

/** Returns an event, without a `requestId` member if no request made it. Callers pair `type` and `data`. */
const eventOf = (
  offset: number,
  type: EventType,
  createdAt: string,
  actor: EventActor,
  requestId: string | null | undefined,
  data: EventData[EventType],
): LoggedEvent =>
  (requestId == null
    ? { offset, type, createdAt, actor, data }
    : { offset, type, createdAt, actor, requestId, data }) as LoggedEvent

const viewEvent = (row: Event): LoggedEvent =>
  eventOf(
    Number(row.offset),
    row.type as EventType,
    row.createdAt.toISOString(),
    actorOfRow(row),
    row.requestId,
    JSON.parse(row.data),
  )
