import { setTimeout as sleep } from 'node:timers/promises'
import { isStorageFailure, StorageUnavailable } from './storage.js'

/** The database was busy for longer than a client should be kept waiting. Nothing was changed. */
export class DatabaseBusy extends Error {
  constructor(cause: unknown) {
    super('the database stayed busy', { cause })
    this.name = 'DatabaseBusy'
  }
}

export interface RetryOptions {
  isBusy(error: unknown): boolean
  /** How long to go on trying, in milliseconds. */
  patience: number
}

const FIRST_PAUSE_MS = 2
const LONGEST_PAUSE_MS = 250

/**
 * Calls `attempt` until it succeeds, fails for another reason than a busy database, or patience ends. Pauses
 * double and are drawn at random up to their length ("full jitter",
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), so that rivals part.
 * @throws DatabaseBusy when patience ends; StorageUnavailable for a failure of the storage, at the end of patience if
 * `isBusy` takes it for one that may pass; any other error as it is.
 */
export async function retryWhileBusy<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  // By the monotonic clock: the other may be set back meanwhile.
  const deadline = performance.now() + options.patience
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
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
