import { LRUCache } from 'lru-cache'
import { type EventText, textOf } from './event-texts.js'
import type { AnyEvent, EventType } from './events.js'
import type { Recent } from './recent.js'
import { INVENTORY_TYPES, inventoryOf, ownerOf } from './views.js'

/** A piece of the log, as one kind of listener may see it. */
export interface Page {
  /** The offset that the page reaches to; the next one begins behind it. */
  upTo: number
  /** Oldest first. Undefined where the log has deleted some of them. */
  events: EventText[] | undefined
}

/** Reads the page after the offset `after`. Nothing after `upTo` is in it. */
export type ReadPage = (after: number, upTo: number) => Page | Promise<Page>

/** The part of the log that pages are made of. */
interface TextLog {
  readTexts(after: number, upTo: number, types?: readonly EventType[]): Promise<EventText[]>
  readOwnTexts(userId: string, after: number, upTo: number, limit: number): Promise<EventText[]>
  oldest(): Promise<number | undefined>
  epoch(): string
}

/**
 * Offsets that a page covers at most. SQLite's driver and Prisma work on the calling thread, and take some 4 microseconds for
 * a row: a page holds the thread for about a millisecond (docs/performance.md).
 */
export const PAGE_OFFSETS = 256
/** Characters of pages that are kept for whoever else comes back from the same place. */
const KEPT_CHARS = 8 * 1024 * 1024

/**
 * The pages of all views of the log. Sockets that come back after a restart are at the same few offsets, so a page is
 * read once for all of them: pages end at multiples of PAGE_OFFSETS, where those who began elsewhere meet.
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
    const events = recent.between(after, upTo) as AnyEvent[] | undefined
    return events && view(events).map(textOf)
  }
  /** Offsets are dense, so a page that starts before the oldest event has lost some; asked once the page is read. */
  const unlessDeleted = async (after: number, events: EventText[]) => {
    const oldest = await log.oldest()
    return oldest === undefined || oldest > after + 1 ? undefined : events
  }

  const merged = (texts: EventText[]) => {
    const events = texts.map(({ text }): AnyEvent => JSON.parse(text))
    const shown = new Set(inventoryOf(events).map(({ offset }) => offset))
    return texts.filter(({ offset }) => shown.has(offset))
  }

  return {
    /** Every event. */
    all: ((after, last) => {
      const upTo = endOf(after, last)
      return keep(`all ${after} ${upTo}`, async () => {
        const events = fromMemory(after, upTo, (every) => every) ?? (await log.readTexts(after, upTo))
        return { upTo, events: events.length === upTo - after ? events : undefined }
      })
    }) satisfies ReadPage,

    /** What the public may see. */
    inventory: ((after, last) => {
      const upTo = endOf(after, last)
      return keep(`inventory ${after} ${upTo}`, async () => {
        const events = fromMemory(after, upTo, inventoryOf)
        if (events) return { upTo, events }
        const read = await log.readTexts(after, upTo, INVENTORY_TYPES)
        return { upTo, events: await unlessDeleted(after, merged(read)) }
      })
    }) satisfies ReadPage,

    /** The events of one customer's own orders. */
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
