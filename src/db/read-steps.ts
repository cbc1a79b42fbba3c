import { Lane } from './lane.js'

/** How much of one turn of the event loop reads may take, in milliseconds; a read that began goes on to its end. */
const TURN_MS = 4
const WAITING = 100
const WAITING_OF_CLIENT = 10
const PATIENCE_MS = 10_000

/**
 * Paces reads that look at many rows. They are cut into short steps, and where the database works on the calling thread
 * (SQLite), steps yield to the event loop between them: all of them together hold it for TURN_MS and one step at most.
 * What needs many steps also enters `lane`, which few may do at once.
 */
export class ReadSteps {
  readonly lane: Lane
  readonly #remote: boolean
  readonly #queue: (() => void)[] = []
  #busy = false
  #spent = 0
  #nextTurn: NodeJS.Immediate | undefined

  /**
   * @param remote whether the database works in a process of its own
   * @param atOnce how many long reads run at once
   */
  constructor({ remote, atOnce }: { remote: boolean; atOnce: number }) {
    this.#remote = remote
    this.lane = new Lane({
      atOnce,
      waiting: WAITING,
      waitingOfClient: WAITING_OF_CLIENT,
      patience: PATIENCE_MS,
    })
  }

  /** Runs one short read when it is its turn. @throws whatever `read` throws */
  async step<T>(read: () => Promise<T>): Promise<T> {
    if (this.#remote) return read()
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
