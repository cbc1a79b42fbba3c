/** Wrong guesses that an account stands before it is locked. */
export const MOST_WRONG = 5
/** For how long after the last of them, in milliseconds. */
export const LOCK_MS = 10 * 60 * 1000

/** How a guess ended: `none` when it could not be checked. */
export type Outcome = 'right' | 'wrong' | 'none'

/** What became of a guess that asked to come in: `wait` and ask again, or the account is locked for so long. */
export type Entry = 'in' | 'wait' | { lockedMs: number }

/** Counts the guesses at accounts: those that were wrong, and those that run. */
export interface Guesses {
  /** Lets `guess` in, unless as many run as may still be wrong. What is in must leave. */
  enter(account: string, guess: string): Entry | Promise<Entry>
  /** Ends `guess`, and counts its outcome before anyone can take its place. */
  leave(account: string, guess: string, outcome: Outcome): void | Promise<void>
  /** Where guesses also end unheard, in other processes: after how many milliseconds to ask again. */
  readonly askAgainMs?: number
}
