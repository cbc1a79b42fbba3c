import { Problem, problems } from '../../errors.js'
import type { CountHit } from '../../redis/hit-counter.js'

/** Length of the window in which failures are counted, in seconds. */
export const FAILURE_WINDOW_SECONDS = 60 * 60

export interface FailureBudgetOptions {
  /** Failures in a window from one address. */
  max: number
  /** Counts in windows of FAILURE_WINDOW_SECONDS. */
  count: CountHit
}

/** A guess counted as a failure until it is given back. */
export interface CountedFailure {
  giveBack(): Promise<void>
}

export type FailureBudget = ReturnType<typeof createFailureBudget>

/**
 * Limits the failed guesses from one address at all accounts together: the lock on an account does not notice an attacker who
 * tries a single password at each of many (password spraying).
 */
export function createFailureBudget({ max, count }: FailureBudgetOptions) {
  return {
    /**
     * Counts a failure before the guess runs, so guesses sent at once cannot exceed the budget.
     * @param client the key of the address (see clientKeyOf)
     * @throws Problem `rate-limited` if the budget is used up
     */
    async take(client: string): Promise<CountedFailure> {
      const giveBack = async () => void (await count(client, -1))
      const { count: failures, resetsInMs } = await count(client)
      if (failures <= max) return { giveBack }
      await giveBack()
      throw new Problem(problems.rateLimited, `At most ${max} failed sign-ins an hour from one address.`, {
        retryAfter: Math.max(1, Math.ceil(resetsInMs / 1000)),
      })
    },
  }
}
