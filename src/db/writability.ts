import { within } from '../within.js'
import { isStorageFailure, StorageUnavailable } from './storage.js'

/** A probe is a write, so while all is well there is one in this time at most, and none where changes are committed. */
const IDLE_MS = 10_000
/** Between two probes while nothing can be stored. */
const FAILING_MS = 1_000
/** A change that failed counts for more than a probe that succeeds: it may need room that the probe does not. */
const HOLD_MS = 2_000
const PROBE_MS = 1_000

interface WritabilityOptions {
  /** Writes something that changes nothing. */
  probe(): Promise<void>
  /** Is told when changes cannot be stored any more, and why, and when they can again. */
  onChange?(failure: unknown): void
}

/** Whether a database can store changes, by those that were committed or failed last, and by a probe in quiet times. */
export class Writability {
  readonly #options: WritabilityOptions
  #failure: unknown
  #failedAt = Number.NEGATIVE_INFINITY
  #storedAt = performance.now()
  #probedAt = Number.NEGATIVE_INFINITY
  #probing: Promise<void> | undefined

  constructor(options: WritabilityOptions) {
    this.#options = options
  }

  /** A change was committed. */
  stored(): void {
    this.#storedAt = performance.now()
    this.#set(undefined)
  }

  /** A change failed with `error`, which counts if it is a failure of the storage. */
  failed(error: unknown): void {
    if (!isStorageFailure(error)) return
    this.#failedAt = performance.now()
    this.#set(error)
  }

  /** @throws StorageUnavailable while changes cannot be stored. */
  async check(): Promise<void> {
    const now = performance.now()
    const isQuiet = now - this.#storedAt >= IDLE_MS
    if ((this.#failure || isQuiet) && now - this.#probedAt >= FAILING_MS) await this.#probe()
    if (this.#failure) throw new StorageUnavailable(this.#failure)
  }

  #probe(): Promise<void> {
    this.#probing ??= this.#tryProbe().finally(() => {
      this.#probing = undefined
    })
    return this.#probing
  }

  async #tryProbe(): Promise<void> {
    this.#probedAt = performance.now()
    try {
      await within(PROBE_MS, this.#options.probe())
      this.#storedAt = performance.now()
      if (this.#storedAt - this.#failedAt >= HOLD_MS) this.#set(undefined)
    } catch (error) {
      // A database that is only busy says nothing about its storage.
      if (isStorageFailure(error)) this.#set(error)
    }
  }

  #set(failure: unknown): void {
    const changed = Boolean(failure) !== Boolean(this.#failure)
    this.#failure = failure
    if (changed) this.#options.onChange?.(failure)
  }
}
