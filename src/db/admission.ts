import { overloaded, Problem, problems } from '../errors.js'

/** The client a long operation runs for. */
export interface Caller {
  /** The key for fair queueing, such as a client address. */
  readonly client: string
  /** Returns whether the client has disconnected. */
  gone(): boolean
}

export interface AdmissionOptions {
  /** The concurrency limit. */
  atOnce: number
  /** The queue limits, in total and per client. */
  waiting: number
  waitingOfClient: number
  /** The maximum wait, in milliseconds. */
  patience: number
}

/** Returns the error ending work for a disconnected client: it is only logged. */
export const callerGone = () =>
  new Problem(problems.clientGone, 'The client left before the answer was ready.')

interface Waiter {
  caller: Caller
  start(): void
  refuse(error: Error): void
}

const RETRY_AFTER_SECONDS = 2

/**
 * Limits the concurrency of long operations. Excess ones wait in a bounded queue, served round-robin by
 * client (fair queueing; Nagle, RFC 970), so a client with many requests delays only its own. Work for a
 * disconnected client is never started.
 */
export class Admission {
  readonly #options: AdmissionOptions
  /** Queues by client, in round-robin order. */
  readonly #queues = new Map<string, Waiter[]>()
  #running = 0
  #waiting = 0

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  /** The number of queued operations. */
  get waiting(): number {
    return this.#waiting
  }

  /**
   * Waits for admission.
   * @returns a release function, to be called once when the work ends.
   * @throws Problem overloaded when the queue is full or the wait exceeds `patience`; clientGone.
   */
  async enter(caller: Caller): Promise<() => void> {
    if (this.#running >= this.#options.atOnce) await this.#wait(caller)
    else this.#running++
    return () => this.#leave()
  }

  #wait(caller: Caller): Promise<void> {
    const { waiting, waitingOfClient, patience } = this.#options
    if (this.#waiting >= waiting) this.#dropGone()
    const queue = this.#queues.get(caller.client) ?? []
    if (this.#waiting >= waiting || queue.length >= waitingOfClient) throw overloaded(RETRY_AFTER_SECONDS)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#remove(waiter)
        waiter.refuse(overloaded(RETRY_AFTER_SECONDS))
      }, patience)
      const settle = (how: () => void) => () => {
        clearTimeout(timer)
        this.#waiting--
        how()
      }
      const waiter: Waiter = {
        caller,
        start: settle(resolve),
        refuse: (error) => settle(() => reject(error))(),
      }
      queue.push(waiter)
      this.#queues.set(caller.client, queue)
      this.#waiting++
    })
  }

  #leave(): void {
    for (const [client, queue] of this.#queues) {
      const next = queue.shift()
      // A served client moves to the end of the round.
      this.#queues.delete(client)
      if (queue.length > 0) this.#queues.set(client, queue)
      if (!next) continue
      if (!next.caller.gone()) return next.start() // the slot passes on
      next.refuse(callerGone())
    }
    this.#running--
  }

  #dropGone(): void {
    for (const waiter of [...this.#queues.values()].flat())
      if (waiter.caller.gone()) {
        this.#remove(waiter)
        waiter.refuse(callerGone())
      }
  }

  #remove(waiter: Waiter): void {
    const { client } = waiter.caller
    const rest = (this.#queues.get(client) ?? []).filter((other) => other !== waiter)
    if (rest.length > 0) this.#queues.set(client, rest)
    else this.#queues.delete(client)
  }
}
