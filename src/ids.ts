import { V7Generator } from 'uuidv7'

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const VERSION_7 = /^.{14}7.{4}[89ab]/

/**
 * Maximum clock skew of an observed id: more than any wrongly set time zone. Otherwise one id from the far future would
 * pin all later ids there.
 */
const MAX_SKEW_MS = 24 * 60 * 60 * 1000

const generator = new V7Generator()
let lastId = ''
let leastTime = 0

/**
 * Returns the timestamp for a write, in milliseconds since the Unix epoch: the clock's, but never earlier than a previous
 * result or than an id generated or observed. So lists sorted by id are sorted by time too.
 */
export function currentTime(): number {
  leastTime = Math.max(Date.now(), leastTime)
  return leastTime
}

/**
 * Generates a UUIDv7 (RFC 9562, 5.7). Ids of one process are monotonic, so rows are appended to their index, and lists
 * sorted by id are sorted by time. While the clock is behind an earlier id, by seconds or by years, ids keep that id's time
 * and increment the counter (RFC 9562, 6.2, method 1, and its rule for clock rollback).
 * @param at from `currentTime`, without another turn since, for a row whose id must not be later than that time
 */
export function newId(at = currentTime()): string {
  lastId = generator.generateOrResetWithTs(at).toString()
  return lastId
}

/** Returns the exclusive upper bound, an id prefix, of the ids `observeId` accepts. */
export function idBound(): string {
  return idBoundAt(Date.now() + MAX_SKEW_MS)
}

/** Returns the time of a UUIDv7, in milliseconds since 1970. */
export const timeOfId = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)

/** Returns a lower bound, an id prefix, of the ids with the time `at`, in milliseconds since 1970, or a later one. */
export function idBoundAt(at: number): string {
  const time = at.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}`
}

/**
 * Makes all later ids greater than `id`, committed earlier or by another process. Ignores ids more than a day ahead of
 * the clock.
 */
export function observeId(id: string): void {
  if (id <= lastId || id >= idBound() || !isId(id) || !VERSION_7.test(id)) return
  const time = timeOfId(id)
  if (time >= leastTime) leastTime = time + 1
}

/**
 * Makes all later ids and times greater than the time `at`, in milliseconds since 1970: that of a change by another process.
 * Ignores times more than a day ahead of the clock. (As in a hybrid logical clock: Kulkarni et al., "Logical physical
 * clocks", 2014.)
 */
export function observeTime(at: number): void {
  if (at >= leastTime && at < Date.now() + MAX_SKEW_MS) leastTime = at + 1
}

/** Whether `text` has the format of an id. Others are known not to exist, without a query. */
export const isId = (text: string) => ID.test(text)
