import type { AnyEvent, EventType } from '../contract/events.js'
import type { Reader } from '../db/db.js'
import { actorOfRow, type OriginColumns } from './origin.js'

/** An event as the JSON text sent to clients, never parsed on its way out of the log. */
export interface EventText {
  offset: number
  type: EventType
  text: string
}

interface Row extends Omit<OriginColumns, 'actorType'> {
  offset: bigint
  type: string
  createdAt: Date
  data: string
  actorType: string | null
}

const COLUMNS = `events.offset, events.type, events.created_at AS createdAt, events.data,
  events.actor_type AS actorType, events.actor_id AS actorId, events.request_id AS requestId`

/** Serialises an event available as an object. */
export const textOf = (event: AnyEvent): EventText => ({
  offset: event.offset,
  type: event.type,
  text: JSON.stringify(event),
})

// Copies `data` as stored: the log holds JSON text, and parsing and serialising it again takes several times as long
// as reading it.
function viewText({ offset, type, createdAt, data, requestId, ...by }: Row): EventText {
  const head = `{"offset":${offset},"type":"${type}","createdAt":"${createdAt.toISOString()}"`
  const origin = `"actor":${JSON.stringify(actorOfRow(by))}${requestId === null ? '' : `,"requestId":"${requestId}"`}`
  return { offset: Number(offset), type: type as EventType, text: `${head},${origin},"data":${data}}` }
}

/** Reads ranges of the log as texts. */
export function createTextReader(read: Pick<Reader, '$queryRawUnsafe'>) {
  const query = async (sql: string, ...values: unknown[]) =>
    (await read.$queryRawUnsafe<Row[]>(sql, ...values)).map(viewText)

  return {
    /**
     * Returns the events after the offset `after`, up to `upTo`, oldest first.
     * @param types event types to read; all by default
     */
    async readTexts(after: number, upTo: number, types: readonly EventType[] = []): Promise<EventText[]> {
      const filter = types.length > 0 ? `AND events.type IN (${types.map(() => '?').join(', ')})` : ''
      return query(
        `SELECT ${COLUMNS} FROM events WHERE events.offset > ? AND events.offset <= ? ${filter} ORDER BY events.offset`,
        after,
        upTo,
        ...types,
      )
    },

    /**
     * Returns at most `limit` events of the user's own orders after the offset `after`, up to `upTo`, oldest first.
     */
    async readOwnTexts(userId: string, after: number, upTo: number, limit: number): Promise<EventText[]> {
      return query(
        `SELECT ${COLUMNS} FROM events
         WHERE events.user_id = ? AND events.offset > ? AND events.offset <= ? ORDER BY events.offset LIMIT ?`,
        userId,
        after,
        upTo,
        limit,
      )
    },
  }
}
