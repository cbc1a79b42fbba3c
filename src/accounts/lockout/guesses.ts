/** Wrong guesses after which an account is locked. */
export const MAX_WRONG = 5
/** Duration of the lock after the last wrong guess, in milliseconds. */
export const LOCK_MS = 10 * 60 * 1000

/** The outcome of a guess: `none` if it could not be checked. */
export type GuessResult = 'right' | 'wrong' | 'none'

/** The answer to a guess requesting a slot: admitted, wait and retry, or account locked. */
export type GuessAdmission = 'in' | 'wait' | { lockedMs: number }

/** Counts wrong and in-flight guesses per account. */
export interface Guesses {
  /** Admits `guess` if fewer guesses are in flight than may still be wrong. Each admitted guess must `leave`. */
  enter(account: string, guess: string): GuessAdmission | Promise<GuessAdmission>
  /** Ends `guess`, counting its outcome before its slot is free. */
  leave(account: string, guess: string, outcome: GuessResult): void | Promise<void>
  /** Poll interval for backends without notification when another process's guess ends, in milliseconds. */
  readonly pollMs?: number
}
