import { Admission } from './admission.js'

/** Time budget for reads per event loop turn, in milliseconds; a started read runs to completion. */
const TURN_MS = 4
const MAX_WAITING = 100
const MAX_WAITING_PER_CLIENT = 10
const PATIENCE_MS = 10_000

interface ReadStepsOptions {
  remote: boolean
  atOnce: number
  settled?: (() => Promise<void> | undefined) | undefined
}

/**
 * Paces reads over many rows in short steps. Where the database runs on the calling thread (SQLite), steps
 * yield to the event loop: together they hold it for at most TURN_MS plus one step. Long reads also enter
 * `admission`, which limits their concurrency.
 */
export class ReadSteps {
  readonly admission: Admission
  readonly #remote: boolean
  readonly #settled: (() => Promise<void> | undefined) | undefined
  readonly #queue: (() => void)[] = []
  #busy = false
  #spent = 0
  #nextTurn: NodeJS.Immediate | undefined

  /**
   * @param remote whether the database runs in another process
   * @param atOnce the concurrency limit of long reads
   * @param settled delays a step on the calling thread until its promise resolves; undefined starts it at once
   */
  constructor({ remote, atOnce, settled }: ReadStepsOptions) {
    this.#remote = remote
    this.#settled = settled
    this.admission = new Admission({
      atOnce,
      waiting: MAX_WAITING,
      waitingOfClient: MAX_WAITING_PER_CLIENT,
      patience: PATIENCE_MS,
    })
  }

  /**
   * Runs one short read in its turn.
   * @throws any error of `read`
   */
  async step<T>(read: () => Promise<T>): Promise<T> {
    if (this.#remote) return read()
    await this.#settled?.()
    if (this.#busy || this.#spent >= TURN_MS) await new Promise<void>((resolve) => this.#queue.push(resolve))
    this.#busy = true
    const start = performance.now()
    try {
      return await read()
    } finally {
      this.#spent += performance.now() - start
      this.#busy = false
      this.#nextTurn ??= setImmediate(() => {
        this.#nextTurn = undefined
        this.#spent = 0
        this.#startNext()
      })
      this.#startNext()
    }
  }

  #startNext(): void {
    if (this.#busy || this.#spent >= TURN_MS) return
    const next = this.#queue.shift()
    if (!next) return
    this.#busy = true
    next()
  }
}
