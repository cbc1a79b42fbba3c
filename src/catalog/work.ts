import { type Caller, callerGone } from '../db/lane.js'
import type { ReadSteps } from '../db/read-steps.js'
import type { ListLimits } from './limits.js'

/** The cost of a row that is read from an index alone. */
export const INDEX_ROW = 1
/** Of one that is looked up in its table, or asked for by other indexes, too. */
export const TABLE_ROW = 8

/** How long a step should take, in milliseconds: on this thread, or on a database server's. */
const STEP_MS = { here: 3, remote: 40 }
const FASTEST_GROWTH = 2

/** The steps of one list: each is paced, what is long waits for admission, and what nobody waits for any more ends. */
export class Work {
  readonly #steps: ReadSteps
  readonly #caller: Caller
  readonly #limits: ListLimits
  readonly #stepMs: number
  #cost = 0
  #leave: (() => void) | undefined
  #lastMs = 0

  constructor(steps: ReadSteps, caller: Caller, limits: ListLimits, remote: boolean) {
    this.#steps = steps
    this.#caller = caller
    this.#limits = limits
    this.#stepMs = remote ? STEP_MS.remote : STEP_MS.here
  }

  /** What the steps so far cost, in units of a row read from an index. */
  get cost(): number {
    return this.#cost
  }

  /**
   * Runs a read that costs so many units at most.
   * @throws Problem overloaded where too many long lists wait, clientGone; and whatever `read` throws.
   */
  async step<T>(units: number, read: () => Promise<T>): Promise<T> {
    this.#cost += units
    if (this.#cost > this.#limits.light) this.#leave ??= await this.#steps.lane.enter(this.#caller)
    return this.#steps.step(async () => {
      if (this.#caller.gone()) throw callerGone()
      const start = performance.now()
      try {
        return await read()
      } finally {
        this.#lastMs = performance.now() - start
      }
    })
  }

  /** How many rows the step after one of `rows` should have. */
  next(rows: number): number {
    const growth = Math.min(FASTEST_GROWTH, this.#stepMs / Math.max(this.#lastMs, 0.01))
    return Math.max(this.#limits.firstStep, Math.min(this.#limits.longestStep, Math.floor(rows * growth)))
  }

  /** To be called in the end. */
  close(): void {
    this.#leave?.()
    this.#leave = undefined
  }
}
