import type { Reader } from '../db/types.js'
import type { EventType, StockroomEvent } from './events.js'

/** An event as the JSON text that clients get, not parsed on its way from the log to them. */
export interface EventText {
  offset: number
  type: EventType
  text: string
}

interface Row {
  offset: bigint
  type: string
  createdAt: Date
  data: string
}

const COLUMNS = 'events.offset, events.type, events.created_at AS createdAt, events.data'

/** The text of an event that is at hand as an object. */
export const textOf = (event: StockroomEvent): EventText => ({
  offset: event.offset,
  type: event.type,
  text: JSON.stringify(event),
})

// The log keeps `data` as the JSON text that was written, so it is copied as it is: to parse and serialise it again would take
// several times as long as to read it.
const viewText = ({ offset, type, createdAt, data }: Row): EventText => ({
  offset: Number(offset),
  type: type as EventType,
  text: `{"offset":${offset},"type":"${type}","createdAt":"${createdAt.toISOString()}","data":${data}}`,
})

/** Reads pieces of the log as texts. */
export function createTextReader(read: Pick<Reader, '$queryRawUnsafe'>) {
  const query = async (sql: string, ...values: unknown[]) =>
    (await read.$queryRawUnsafe<Row[]>(sql, ...values)).map(viewText)

  return {
    /**
     * The events after the offset `after`, up to `upTo`, oldest first.
     * @param types those to read; all by default
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

    /** At most `limit` events of the user's own orders after the offset `after`, up to `upTo`, oldest first. */
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
