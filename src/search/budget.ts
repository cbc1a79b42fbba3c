import { type Caller, callerGone } from '../db/admission.js'
import type { ReadSteps } from '../db/read-steps.js'

/** The cost of a row read from an index alone. */
export const INDEX_ROW = 1
/** The cost of a posting whose signature is checked: about one in 27 that pass costs a lookup (signatures.ts). */
export const SIGNED_ROW = 2
/** The cost of a row also read from its table, or checked against other indexes. */
export const TABLE_ROW = 8

/** Target duration of a step, in milliseconds: on this thread, or on a database server. */
const STEP_MS = { here: 3, remote: 40 }
const MAX_GROWTH = 2

/** Bounds on the steps of a list. */
export interface WorkLimits {
  /**
   * Rows in the first step of a scan, of a cost of `TABLE_ROW` each. Later steps grow with the time they take, up to a cost of
   * `maxStep` units.
   */
  firstStep: number
  maxStep: number
  /** A list that costs more units waits for admission. */
  light: number
}

/**
 * Paces the steps of one list: expensive lists wait for admission, and lists whose callers are gone are
 * aborted.
 */
export class Work {
  readonly #steps: ReadSteps
  readonly #caller: Caller
  readonly #limits: WorkLimits
  readonly #stepMs: number
  #cost = 0
  #leave: (() => void) | undefined
  #lastMs = 0

  constructor(steps: ReadSteps, caller: Caller, limits: WorkLimits, remote: boolean) {
    this.#steps = steps
    this.#caller = caller
    this.#limits = limits
    this.#stepMs = remote ? STEP_MS.remote : STEP_MS.here
  }

  /** The cost so far, in units of one index row. */
  get cost(): number {
    return this.#cost
  }

  /**
   * Runs a read costing at most `units`.
   * @throws Problem overloaded when too many expensive lists are queued, clientGone; and any error of `read`.
   */
  async step<T>(units: number, read: () => Promise<T>): Promise<T> {
    this.#cost += units
    if (this.#cost > this.#limits.light) this.#leave ??= await this.#steps.admission.enter(this.#caller)
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

  /** Returns the number of rows for the step after one of `rows`. */
  next(rows: number): number {
    const growth = Math.min(MAX_GROWTH, this.#stepMs / Math.max(this.#lastMs, 0.01))
    return Math.max(this.#limits.firstStep, Math.min(this.#limits.maxStep, Math.floor(rows * growth)))
  }

  /** Releases the admission slot. Call it when done. */
  close(): void {
    this.#leave?.()
    this.#leave = undefined
  }
}
