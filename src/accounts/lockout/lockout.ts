import { overloaded, Problem, problems } from '../../errors.js'
import { newId } from '../../ids.js'
import { type Guesses, type GuessResult, MAX_WRONG } from './guesses.js'
import { createLocalGuesses } from './local-guesses.js'

/** Protects accounts against password guessing. */
export interface Lockout {
  /**
   * Runs `check` once a guess may run. `check` returns undefined for a wrong password.
   * @param account the guessed account, existing or not
   * @param isLast whether the right password completes the sign-in, so that the wrong guesses are forgotten. Before a second
   * factor they are kept: with the password, codes could otherwise be guessed without end
   * @throws Problem `account-locked` after too many wrong guesses, `overloaded` if too many wait; else the error of
   * `check`, which does not count as a guess
   */
  guess<T>(
    account: string,
    check: () => Promise<T | undefined>,
    isLast?: (found: T) => boolean,
  ): Promise<T | undefined>
}

export interface LockoutOptions {
  /** The counter of guesses; in the memory of this process by default. */
  guesses?: Guesses
  /** Maximum guesses waiting per account. */
  maxWaiting?: number
}

interface WaitingGuess {
  guess: string
  enter(): void
  refuse(reason: unknown): void
}

/** The guesses at one account. */
interface Line {
  running: number
  waiting: WaitingGuess[]
  isAsking: boolean
  askAgain: boolean
  timer?: NodeJS.Timeout
}

const locked = (ms: number) =>
  new Problem(problems.accountLocked, 'Too many wrong passwords: try again later.', {
    retryAfter: Math.ceil(ms / 1000),
  })

/**
 * Locks an account for ten minutes after five wrong guesses in a row. No more guesses run concurrently than may still
 * be wrong, so a hundred sent at once try at most five passwords. `guesses` admits them; the others wait here in
 * order of arrival.
 */
export function createLockout(options: LockoutOptions = {}): Lockout {
  const { guesses = createLocalGuesses(), maxWaiting = 200 } = options
  const lines = new Map<string, Line>() // entries exist only while guesses run or wait

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
    } else if (guesses.pollMs !== undefined)
      line.timer = setTimeout(() => advance(account, line), guesses.pollMs)
  }

  const takeTurn = async (account: string, guess: string): Promise<Line> => {
    const line = lines.get(account) ?? { running: 0, waiting: [], isAsking: false, askAgain: false }
    lines.set(account, line)
    if (line.running + line.waiting.length >= MAX_WRONG + maxWaiting) throw overloaded(1)
    await new Promise<void>((enter, refuse) => {
      line.waiting.push({ guess, enter, refuse })
      advance(account, line)
    })
    return line
  }

  return {
    async guess(account, check, isLast = () => true) {
      const guess = newId()
      const line = await takeTurn(account, guess)
      let outcome: GuessResult = 'none'
      try {
        const found = await check()
        if (found === undefined) outcome = 'wrong'
        else if (isLast(found)) outcome = 'right'
        return found
      } finally {
        await guesses.leave(account, guess, outcome)
        line.running--
        advance(account, line) // not awaited: the next guesses run on their own
      }
    },
  }
}
