import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseBusy, StorageUnavailable } from './errors.js'
import { isStorageFailure } from './storage-errors.js'

export interface RetryOptions {
  isBusy(error: unknown): boolean
  /** How long to keep retrying, in milliseconds. */
  patience: number
}

const FIRST_PAUSE_MS = 2
const MAX_PAUSE_MS = 250

/**
 * Retries `attempt` while the database is busy, until it succeeds, fails for another reason, or `patience`
 * ends. Uses exponential back-off with full jitter, so competing transactions spread out
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 * @throws DatabaseBusy when patience ends; StorageUnavailable for a storage failure, after patience ends if
 * `isBusy` considers it transient; any other error unchanged.
 */
export async function retryWhileBusy<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  // Monotonic clock: the wall clock may be set back.
  const deadline = performance.now() + options.patience
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
    try {
      return await attempt()
    } catch (error) {
      const isStorage = isStorageFailure(error)
      if (!options.isBusy(error)) throw isStorage ? new StorageUnavailable(error) : error
      if (performance.now() + pause > deadline)
        throw isStorage ? new StorageUnavailable(error) : new DatabaseBusy(error)
      await sleep(Math.random() * pause)
    }
  }
}
