import {
  type GuessAdmission,
  type Guesses,
  type GuessResult,
  MAX_WRONG,
} from '../accounts/lockout/guesses.js'
import type { LocalGuesses } from '../accounts/lockout/local-guesses.js'
import type { Channel, Handler } from './channel.js'
import type { CommitterLink } from './committer-link.js'

interface Guess {
  account: string
  guess: string
  outcome?: GuessResult
}

const POLL_MS = 20

/** The committer's methods for counting the guesses of all workers. */
export function guessMethods(guesses: LocalGuesses): Record<string, Handler> {
  const running = new Map<Channel, Map<string, string>>()

  /** Returns the guesses in flight of a worker, which end with it. */
  function guessesOf(channel: Channel): Map<string, string> {
    const known = running.get(channel)
    if (known) return known
    const own = new Map<string, string>()
    running.set(channel, own)
    channel.onClose(() => {
      running.delete(channel)
      for (const [guess, account] of own) guesses.leave(account, guess, 'none')
    })
    return own
  }

  return {
    'enter-guess'({ account, guess }: Guess, channel: Channel): GuessAdmission {
      const admission = guesses.enter(account, guess)
      if (admission === 'in') guessesOf(channel).set(guess, account)
      return admission
    },
    'leave-guess'({ account, guess, outcome = 'none' }: Guess, channel: Channel): void {
      guessesOf(channel).delete(guess)
      guesses.leave(account, guess, outcome)
    },
  }
}

/**
 * Counts guesses at the committer, for all workers.
 * @param local mirrors what this worker learns, and counts on its own while the committer cannot be asked
 */
export function createGuessClient(link: CommitterLink, local: LocalGuesses): Guesses {
  return {
    pollMs: POLL_MS,
    async enter(account, guess) {
      const lockedMs = local.lockedMs(account)
      if (lockedMs > 0) return { lockedMs }
      const admission = await link.ask<GuessAdmission>('enter-guess', { account, guess }, () =>
        local.enter(account, guess),
      )
      if (admission === 'in') local.join(account, guess)
      else if (admission !== 'wait') local.note(account, MAX_WRONG, admission.lockedMs)
      return admission
    },
    async leave(account, guess, outcome) {
      local.leave(account, guess, outcome)
      await link.ask('leave-guess', { account, guess, outcome } satisfies Guess, () => undefined)
    },
  }
}
