import { singleFlight } from '../single-flight.js'
import { within } from '../within.js'
import { StorageUnavailable } from './errors.js'
import { isStorageFailure } from './storage-errors.js'

/**
 * A probe is a write, so a healthy database gets at most one per interval, and none while changes are
 * committed.
 */
const IDLE_MS = 10_000
/** The probe interval while storage is failing. */
const FAILING_MS = 1_000
/** How long a failed change outweighs a successful probe: it may need space the probe does not. */
const HOLD_MS = 2_000
const PROBE_MS = 1_000

interface WritabilityOptions {
  /** Performs a no-op write. */
  probe(): Promise<void>
  /** Called with the failure when storage becomes unavailable, and with undefined on recovery. */
  onChange?: ((failure: unknown) => void) | undefined
}

/** Tracks whether the database can store changes, from recent commits and failures, and a probe when idle. */
export class Writability {
  readonly #options: WritabilityOptions
  #failure: unknown
  #failedAt = Number.NEGATIVE_INFINITY
  #storedAt = performance.now()
  #probedAt = Number.NEGATIVE_INFINITY
  readonly #probe = singleFlight(() => this.#tryProbe())

  constructor(options: WritabilityOptions) {
    this.#options = options
  }

  /** Records a committed change. */
  stored(): void {
    this.#storedAt = performance.now()
    this.#set(undefined)
  }

  /** Records a failed change; only storage failures count. */
  failed(error: unknown): void {
    if (!isStorageFailure(error)) return
    this.#failedAt = performance.now()
    this.#set(error)
  }

  /**
   * Probes if necessary.
   * @throws StorageUnavailable while changes cannot be stored.
   */
  async check(): Promise<void> {
    const now = performance.now()
    const isQuiet = now - this.#storedAt >= IDLE_MS
    if ((this.#failure || isQuiet) && now - this.#probedAt >= FAILING_MS) await this.#probe()
    if (this.#failure) throw new StorageUnavailable(this.#failure)
  }

  async #tryProbe(): Promise<void> {
    this.#probedAt = performance.now()
    try {
      await within(PROBE_MS, this.#options.probe())
      this.#storedAt = performance.now()
      if (this.#storedAt - this.#failedAt >= HOLD_MS) this.#set(undefined)
    } catch (error) {
      // A busy database is no evidence of a storage failure.
      if (isStorageFailure(error)) this.#set(error)
    }
  }

  #set(failure: unknown): void {
    const changed = Boolean(failure) !== Boolean(this.#failure)
    this.#failure = failure
    if (changed) this.#options.onChange?.(failure)
  }
}
