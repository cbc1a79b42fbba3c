const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** A mail undelivered for this long is given up. */
export const GIVE_UP_MS = 24 * HOUR

/** The pauses after the first, second, … failed attempt. RFC 5321, 4.5.4.1 asks for half an hour after the first few. */
const PAUSES_MS = [10 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR]

/**
 * Returns the pause before the next attempt, in milliseconds.
 * @param attempts the number of failed attempts, 1 at least
 */
export const pauseAfter = (attempts: number): number =>
  PAUSES_MS[Math.min(attempts, PAUSES_MS.length) - 1] ?? MINUTE
