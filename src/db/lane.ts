import { overloaded, Problem, problems } from '../errors.js'

/** Whom a long piece of work is for. */
export interface Caller {
  /** Callers with the same text share their turns: an address, say. */
  readonly client: string
  /** Whether nobody waits for the answer any more. */
  gone(): boolean
}

export interface LaneOptions {
  /** How many pieces of work run at once. */
  atOnce: number
  /** How many may wait, and how many of them for one client. */
  waiting: number
  waitingOfClient: number
  /** How long one waits at most, in milliseconds. */
  patience: number
}

/** What ends the work of a caller who has gone: nobody reads it, but the log tells. */
export const callerGone = () =>
  new Problem(problems.clientGone, 'The client left before the answer was ready.')

interface Waiter {
  caller: Caller
  start(): void
  refuse(error: Error): void
}

const RETRY_AFTER_SECONDS = 2

/**
 * Admits long pieces of work, a few at a time. The others wait in a bounded queue that serves clients in turn (fair queueing;
 * Nagle, RFC 970), so that one client with many requests delays its own. Work whose caller has gone is never started.
 */
export class Lane {
  readonly #options: LaneOptions
  /** By client, in the order in which clients have their turns. */
  readonly #queues = new Map<string, Waiter[]>()
  #running = 0
  #waiting = 0

  constructor(options: LaneOptions) {
    this.#options = options
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting
  }

  /**
   * Waits for admission.
   * @returns what the caller calls once when its work has ended.
   * @throws Problem overloaded when too many wait, or when it waited for too long; clientGone.
   */
  async enter(caller: Caller): Promise<() => void> {
    if (this.#running >= this.#options.atOnce) await this.#wait(caller)
    else this.#running++
    return () => this.#leave()
  }

  #wait(caller: Caller): Promise<void> {
    const { waiting, waitingOfClient, patience } = this.#options
    if (this.#waiting >= waiting) this.#dropGone()
    const mine = this.#queues.get(caller.client) ?? []
    if (this.#waiting >= waiting || mine.length >= waitingOfClient) throw overloaded(RETRY_AFTER_SECONDS)
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
      mine.push(waiter)
      this.#queues.set(caller.client, mine)
      this.#waiting++
    })
  }

  #leave(): void {
    for (const [client, queue] of this.#queues) {
      const next = queue.shift()
      // Whoever had a turn goes to the end of the round.
      this.#queues.delete(client)
      if (queue.length > 0) this.#queues.set(client, queue)
      if (!next) continue
      if (!next.caller.gone()) return next.start() // its place passes on
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
