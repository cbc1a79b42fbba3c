import { V7Generator } from 'uuidv7'

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const VERSION_7 = /^.{14}7.{4}[89ab]/

/**
 * How far ahead of this clock an id of elsewhere may be and still count: more than any time zone that a clock is wrongly set
 * to. One id of a far future would otherwise hold all later ones there.
 */
const AHEAD_MS = 24 * 60 * 60 * 1000

const generator = new V7Generator()
let lastId = ''
let leastTime = 0

/**
 * The time, in milliseconds since 1970, for what is written now: that of the clock, but never before one that this function
 * gave, nor before that of an id that was made or observed. So what is listed by id is in the order of its times too.
 */
export function currentTime(): number {
  leastTime = Math.max(Date.now(), leastTime)
  return leastTime
}

/**
 * A new id: a UUIDv7 (RFC 9562, 5.7). Ids of one process ascend, so rows are appended to their index and a list in order
 * of ids is a list in order of time. While the clock is behind an earlier id, be it set back by seconds or by years, they go on
 * at that id's time and tell it by the counter (RFC 9562, 6.2, method 1, and its rule for a clock that goes back).
 */
export function newId(): string {
  lastId = generator.generateOrResetWithTs(currentTime()).toString()
  return lastId
}

/** What all ids are below that `observeId` takes: the beginning of an id. */
export function idBound(): string {
  const time = (Date.now() + AHEAD_MS).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}`
}

/**
 * Has all later ids be above `id`, which was committed earlier or by another process. One that is more than a
 * day ahead of the clock is ignored.
 */
export function observeId(id: string): void {
  if (id <= lastId || id >= idBound() || !isId(id) || !VERSION_7.test(id)) return
  const time = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
  if (time >= leastTime) leastTime = time + 1
}

/** Whether `text` could be an id at all. Anything else is known to name nothing without asking the database. */
export const isId = (text: string) => ID.test(text)
