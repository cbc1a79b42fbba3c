const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** The pauses after the first, second, … failed attempt, as Standard Webhooks recommends. After one more, it is given up. */
export const PAUSES_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
]

/** Retry-After counts up to this: who asks for more is asked again, and given up in time. */
const RETRY_AFTER_MAX_MS = 24 * HOUR
/** A pause is longer by up to this part of it, so that receivers that failed together are not tried again together. */
const JITTER = 0.1

/**
 * Returns the pause until the next attempt, in milliseconds; undefined if there is none.
 * @param failures the number of failed attempts, 1 at least
 * @param retryAfterMs the least pause that the receiver asked for
 */
export function pauseAfter(
  failures: number,
  retryAfterMs = 0,
  pauses: readonly number[] = PAUSES_MS,
): number | undefined {
  const pause = pauses[failures - 1]
  if (pause === undefined) return undefined
  const least = Math.max(pause, Math.min(retryAfterMs, RETRY_AFTER_MAX_MS))
  return Math.round(least * (1 + JITTER * Math.random()))
}

/** Returns the longest pause that `pauseAfter` returns after that many failures. */
export const longestPauseAfter = (failures: number): number =>
  failures > 0 ? RETRY_AFTER_MAX_MS * (1 + JITTER) : 0

/**
 * Parses a Retry-After header (RFC 9110, 10.2.3): seconds or a date.
 * @param now in milliseconds since 1970
 * @returns milliseconds, 0 at least; undefined without a valid one
 */
export function parseRetryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  if (/^\d+$/.test(text.trim())) return Number(text) * SECOND
  const at = /^[A-Za-z]{3},/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
