import { LruMap } from 'toad-cache'
import { type GuessAdmission, type Guesses, type GuessResult, LOCK_MS, MAX_WRONG } from './guesses.js'

export interface LocalGuessOptions {
  /** Monotonic clock in milliseconds: setting the time of day must not lengthen a lock. */
  now?: () => number
  /**
   * Capacity of the LRU of counted accounts. Evicting a count takes as many newer guesses, each costing a bcrypt: with
   * the default settings, hours, while a lock lasts minutes.
   */
  maxAccounts?: number
}

interface Wrong {
  count: number
  /** Expiry of the count, on the monotonic clock. */
  until: number
}

/** The guesses at one process, with methods to merge counts of other processes. */
export interface LocalGuesses extends Guesses {
  enter(account: string, guess: string): GuessAdmission
  leave(account: string, guess: string, outcome: GuessResult): void
  /** Milliseconds until the account is unlocked; 0 if it is not locked. */
  lockedMs(account: string): number
  /** Counts `guess` as in flight after another backend admitted it. */
  join(account: string, guess: string): void
  /** Adopts a count from another backend for the next `forMs` milliseconds. A local lock is kept. */
  note(account: string, count: number, forMs: number): void
}

/** Counts guesses in the memory of this process. */
export function createLocalGuesses({
  now = () => performance.now(),
  maxAccounts = 100_000,
}: LocalGuessOptions = {}): LocalGuesses {
  const wrong = new LruMap<Wrong>(maxAccounts)
  const running = new Map<string, Set<string>>()

  const countOf = (account: string): number => {
    const known = wrong.get(account)
    return known && now() < known.until ? known.count : 0
  }

  const lockedMs = (account: string): number =>
    countOf(account) < MAX_WRONG ? 0 : (wrong.get(account)?.until ?? 0) - now()

  const join = (account: string, guess: string): void => {
    running.set(account, (running.get(account) ?? new Set()).add(guess))
  }

  return {
    lockedMs,
    join,
    note(account, count, forMs) {
      if (count < MAX_WRONG && lockedMs(account) > 0) return
      if (count === 0) wrong.delete(account)
      else wrong.set(account, { count, until: now() + forMs })
    },
    enter(account, guess) {
      const locked = lockedMs(account)
      if (locked > 0) return { lockedMs: locked }
      if ((running.get(account)?.size ?? 0) >= MAX_WRONG - countOf(account)) return 'wait'
      join(account, guess)
      return 'in'
    },
    leave(account, guess, outcome) {
      const inFlight = running.get(account)
      inFlight?.delete(guess)
      if (inFlight?.size === 0) running.delete(account)
      if (outcome === 'wrong') wrong.set(account, { count: countOf(account) + 1, until: now() + LOCK_MS })
      else if (outcome === 'right') wrong.delete(account)
    },
  }
}
