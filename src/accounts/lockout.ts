import { overloaded, Problem, problems } from '../errors.js'
import { newId } from '../ids.js'
import { type Guesses, MOST_WRONG, type Outcome } from './guesses.js'
import { createOwnGuesses } from './own-guesses.js'

/** Guards accounts against guessing. */
export interface Lockout {
  /**
   * Runs `check`, which gives what it found for a right password and undefined for a wrong one, when it is its turn.
   * @param account whose password is guessed, whether or not there is such an account
   * @throws Problem `account-locked` after too many wrong guesses, `overloaded` when too many wait; else whatever
   * `check` throws, which counts as no guess.
   */
  guess<T>(account: string, check: () => Promise<T | undefined>): Promise<T | undefined>
}

export interface LockoutOptions {
  /** Who may come in; without it, this process counts for itself. */
  guesses?: Guesses
  /** Guesses at one account that may wait for their turn. */
  maxWaiting?: number
}

interface Waiting {
  guess: string
  enter(): void
  refuse(reason: unknown): void
}

/** Those who want to guess at one account. */
interface Line {
  running: number
  waiting: Waiting[]
  isAsking: boolean
  askAgain: boolean
  timer?: NodeJS.Timeout
}

const locked = (ms: number) =>
  new Problem(problems.accountLocked, 'Too many wrong passwords: try again later.', {
    retryAfter: Math.ceil(ms / 1000),
  })

/**
 * Five wrong guesses in a row lock an account for ten minutes after the last. No more guesses run at once than may
 * still be wrong, so that a hundred sent together try no more than five passwords. `guesses` says who may come in; here
 * they wait for it, in the order of their coming.
 */
export function createLockout(options: LockoutOptions = {}): Lockout {
  const { guesses = createOwnGuesses(), maxWaiting = 200 } = options
  const lines = new Map<string, Line>() // only while some run or wait

  const letIn = async (account: string, line: Line): Promise<void> => {
    for (let next = line.waiting[0]; next; next = line.waiting[0]) {
      const answer = guesses.enter(account, next.guess)
      const entry = answer instanceof Promise ? await answer : answer
      if (entry === 'wait') return
      if (entry === 'in') {
        line.waiting.shift()
        line.running++
        next.enter()
      } else for (const { refuse } of line.waiting.splice(0)) refuse(locked(entry.lockedMs))
    }
  }

  const advance = async (account: string, line: Line): Promise<void> => {
    line.askAgain = true
    if (line.isAsking) return
    line.isAsking = true
    clearTimeout(line.timer)
    try {
      while (line.askAgain) {
        line.askAgain = false
        await letIn(account, line)
      }
    } catch (error) {
      for (const { refuse } of line.waiting.splice(0)) refuse(error)
    }
    line.isAsking = false
    if (line.waiting.length === 0) {
      if (line.running === 0) lines.delete(account)
    } else if (guesses.askAgainMs !== undefined)
      line.timer = setTimeout(() => advance(account, line), guesses.askAgainMs)
  }

  const takeTurn = async (account: string, guess: string): Promise<Line> => {
    const line = lines.get(account) ?? { running: 0, waiting: [], isAsking: false, askAgain: false }
    lines.set(account, line)
    if (line.running + line.waiting.length >= MOST_WRONG + maxWaiting) throw overloaded(1)
    await new Promise<void>((enter, refuse) => {
      line.waiting.push({ guess, enter, refuse })
      advance(account, line)
    })
    return line
  }

  return {
    async guess(account, check) {
      const guess = newId()
      const line = await takeTurn(account, guess)
      let outcome: Outcome = 'none'
      try {
        const found = await check()
        outcome = found === undefined ? 'wrong' : 'right'
        return found
      } finally {
        await guesses.leave(account, guess, outcome)
        line.running--
        advance(account, line) // nobody waits for those who come next
      }
    },
  }
}
