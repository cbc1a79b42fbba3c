import type { createExpiry, Expired } from './expire-orders.js'

export interface ExpirySweeperOptions extends ReturnType<typeof createExpiry> {
  /** Whether orders wait for the thread or the file that the steps use too. */
  isBusy(): boolean
  /** Called after each step that cancelled orders, with their number. */
  onExpired(orders: number): void
  /** Called with the first failure of a series, and with `undefined` when it ends. */
  onFailure(error: unknown): void
}

/** Longest pause between two looks, so that orders of other processes, and a clock that was set, are noticed in time. */
const LONGEST_PAUSE_MS = 500
/** Pause after a step that found the expired orders taken: another process is at work. With jitter, so that they take turns. */
const YIELD_MS = 100

/**
 * Cancels orders when they expire: it sleeps until the next expiry, or half a second. Pauses are measured by a monotonic
 * timer, and whether an order has expired is decided by the clock of the database, which all processes share; so a clock
 * that is set neither stops the sweeper nor cancels an order before its time.
 */
export class ExpirySweeper {
  readonly #options: ExpirySweeperOptions
  #closed = false
  #failing = false
  #wake: (() => void) | undefined
  /** Whether the last step left orders that have expired: the next one need not look for the time of their expiry. */
  #isMore = false
  #running: Promise<void> | undefined

  constructor(options: ExpirySweeperOptions) {
    this.#options = options
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** Stops; resolves once the step in progress is settled. */
  async close(): Promise<void> {
    this.#closed = true
    this.#wake?.()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#closed) await this.#sleep(await this.#step())
  }

  /** Cancels what has expired, at most one transaction's worth. @returns the pause until the next step, in milliseconds */
  async #step(): Promise<number> {
    try {
      const wait = this.#isMore ? 0 : ((await this.#options.untilNextExpiry()) ?? LONGEST_PAUSE_MS)
      const pause =
        wait > 0 ? Math.min(Math.ceil(wait), LONGEST_PAUSE_MS) : this.#report(await this.#options.expireDue())
      if (this.#failing) this.#options.onFailure(undefined)
      this.#failing = false
      return pause
    } catch (error) {
      this.#isMore = false
      if (!this.#failing) this.#options.onFailure(error)
      this.#failing = true
      return LONGEST_PAUSE_MS
    }
  }

  /** @returns the pause after the step: as long as it took while orders wait, so that these get half of the time */
  #report({ due, cancelled, ms, isMore }: Expired): number {
    this.#isMore = isMore
    if (cancelled > 0) this.#options.onExpired(cancelled)
    if (due > 0 && cancelled === 0) return YIELD_MS * (0.5 + Math.random())
    return this.#options.isBusy() ? ms : 0
  }

  #sleep(ms: number): Promise<void> {
    if (this.#closed) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), ms).unref()
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = undefined
        resolve()
      }
    })
  }
}
