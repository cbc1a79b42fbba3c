import { LruMap } from 'toad-cache'
import { type Entry, type Guesses, LOCK_MS, MOST_WRONG, type Outcome } from './guesses.js'

export interface OwnGuessOptions {
  /** Milliseconds on a clock that is never set: a lock must not last longer when the time of day is. */
  now?: () => number
  /**
   * Accounts to keep counts of; the least recently guessed at go first. To push a count out takes as many newer
   * guesses, each at the price of a bcrypt: with the standard settings, hours, when a lock lasts minutes.
   */
  maxAccounts?: number
}

interface Wrong {
  count: number
  /** When it is forgotten. */
  until: number
}

/** The guesses at one process, which others may tell what they know. */
export interface OwnGuesses extends Guesses {
  enter(account: string, guess: string): Entry
  leave(account: string, guess: string, outcome: Outcome): void
  /** For how many milliseconds the account is locked; 0 when it is not. */
  lockedMs(account: string): number
  /** Notes that `guess` runs, whoever let it in. */
  join(account: string, guess: string): void
  /** Takes over what others have counted, for the next `forMs` milliseconds. A lock that is known here stays. */
  note(account: string, count: number, forMs: number): void
}

/** The guesses at this process alone, in memory. */
export function createOwnGuesses({
  now = () => performance.now(),
  maxAccounts = 100_000,
}: OwnGuessOptions = {}): OwnGuesses {
  const wrong = new LruMap<Wrong>(maxAccounts)
  const running = new Map<string, Set<string>>()

  const countOf = (account: string): number => {
    const known = wrong.get(account)
    return known && now() < known.until ? known.count : 0
  }

  const lockedMs = (account: string): number =>
    countOf(account) < MOST_WRONG ? 0 : (wrong.get(account)?.until ?? 0) - now()

  const join = (account: string, guess: string): void => {
    running.set(account, (running.get(account) ?? new Set()).add(guess))
  }

  return {
    lockedMs,
    join,
    note(account, count, forMs) {
      if (count < MOST_WRONG && lockedMs(account) > 0) return
      if (count === 0) wrong.delete(account)
      else wrong.set(account, { count, until: now() + forMs })
    },
    enter(account, guess) {
      const locked = lockedMs(account)
      if (locked > 0) return { lockedMs: locked }
      if ((running.get(account)?.size ?? 0) >= MOST_WRONG - countOf(account)) return 'wait'
      join(account, guess)
      return 'in'
    },
    leave(account, guess, outcome) {
      const mine = running.get(account)
      mine?.delete(guess)
      if (mine?.size === 0) running.delete(account)
      if (outcome === 'wrong') wrong.set(account, { count: countOf(account) + 1, until: now() + LOCK_MS })
      else if (outcome === 'right') wrong.delete(account)
    },
  }
}
