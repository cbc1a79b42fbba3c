import { LRUCache } from 'lru-cache'
import type { AnyEvent, EventType } from '../contract/events.js'
import { type EventText, textOf } from './event-texts.js'
import type { Recent } from './recent.js'
import { INVENTORY_TYPES, inventoryOf, ownerOf } from './views.js'

/** A range of the log, as seen by one kind of listener. */
export interface Page {
  /** The last offset covered by the page; the next page starts after it. */
  upTo: number
  /** Oldest first. Undefined if the log has deleted some of them. */
  events: EventText[] | undefined
}

/** Reads the page after the offset `after`, excluding anything after `upTo`. */
export type ReadPage = (after: number, upTo: number) => Page | Promise<Page>

/** The part of the log needed to read pages. */
interface TextLog {
  readTexts(after: number, upTo: number, types?: readonly EventType[]): Promise<EventText[]>
  readOwnTexts(userId: string, after: number, upTo: number, limit: number): Promise<EventText[]>
  oldest(): Promise<number | undefined>
  epoch(): string
}

/**
 * Maximum number of offsets per page. SQLite's driver and Prisma run on the calling thread and take about 4
 * microseconds per row: a page blocks the thread for about a millisecond (docs/performance.md).
 */
export const PAGE_OFFSETS = 256
/** Characters of pages cached for other listeners resuming from the same position. */
const KEPT_CHARS = 8 * 1024 * 1024

/**
 * Pages of all views of the log. Sockets reconnecting after a restart resume from the same few offsets, so a page is
 * read once for all of them: pages end at multiples of PAGE_OFFSETS, where listeners with different starting points
 * meet.
 */
export function createPages(log: TextLog, recent: Recent) {
  const kept = new LRUCache<string, Page>({
    maxSize: KEPT_CHARS,
    sizeCalculation: ({ events = [] }) => events.reduce((sum, { text }) => sum + text.length, 1),
  })

  const keep = async (key: string, load: () => Promise<Page>): Promise<Page> => {
    const fullKey = `${log.epoch()} ${key}`
    const known = kept.get(fullKey)
    if (known) return known
    const page = await load()
    kept.set(fullKey, page)
    return page
  }
  const endOf = (after: number, upTo: number) =>
    Math.min(upTo, (Math.floor(after / PAGE_OFFSETS) + 1) * PAGE_OFFSETS)
  const fromMemory = (after: number, upTo: number, view: (events: AnyEvent[]) => AnyEvent[]) => {
    const events = recent.between(after, upTo)
    return events && view(events).map(textOf)
  }
  /** Offsets are dense, so a page starting before the oldest event has lost some; checked once the page is read. */
  const unlessDeleted = async (after: number, events: EventText[]) => {
    const oldest = await log.oldest()
    return oldest === undefined || oldest > after + 1 ? undefined : events
  }

  const merged = (texts: EventText[]) =>
    inventoryOf(texts.map(({ text }): AnyEvent => JSON.parse(text))).map(textOf)

  return {
    /** All events. */
    all: ((after, last) => {
      const upTo = endOf(after, last)
      return keep(`all ${after} ${upTo}`, async () => {
        const events = fromMemory(after, upTo, (every) => every) ?? (await log.readTexts(after, upTo))
        return { upTo, events: events.length === upTo - after ? events : undefined }
      })
    }) satisfies ReadPage,

    /** Public events. */
    inventory: ((after, last) => {
      const upTo = endOf(after, last)
      return keep(`inventory ${after} ${upTo}`, async () => {
        const events = fromMemory(after, upTo, inventoryOf)
        if (events) return { upTo, events }
        const read = await log.readTexts(after, upTo, INVENTORY_TYPES)
        return { upTo, events: await unlessDeleted(after, merged(read)) }
      })
    }) satisfies ReadPage,

    /** Events of one customer's own orders. */
    own: (userId: string): ReadPage => {
      return (after, last) =>
        keep(`own ${userId} ${after} ${last}`, async () => {
          const events = fromMemory(after, last, (every) =>
            every.filter((event) => ownerOf(event) === userId),
          )
          if (events) return { upTo: last, events }
          const read = await log.readOwnTexts(userId, after, last, PAGE_OFFSETS)
          const upTo = read.length < PAGE_OFFSETS ? last : (read.at(-1)?.offset ?? last)
          return { upTo, events: await unlessDeleted(after, read) }
        })
    },
  }
}
