/** How long each kind of work yields to new connections at most, in turns of the event loop and in milliseconds. */
const MAX_YIELD = {
  /** Transactions, which block the thread until they are on disk, and the steps of long reads. */
  write: { turns: 32, ms: 25 },
  /** Live events, whose cost grows with the number of sockets. */
  delivery: { turns: 256, ms: 250 },
  /** Handshakes and replays, the bulk of a reconnection storm. */
  socket: { turns: 256, ms: 250 },
}

export type Pace = keyof typeof MAX_YIELD

/**
 * Tracks whether the accept queue is empty. libuv accepts one connection per turn of the event loop, however long the turn
 * is (since 1.45, libuv#3696), so in a connection storm, work that fills every turn starves the listener. Deferrable work
 * asks here first and runs once the queue is empty.
 */
export class AcceptPace {
  /** Remaining polls of the listener for which the last connection counts as recent. */
  #recent = 0
  readonly #now: () => number

  /** @param now a monotonic clock, in milliseconds */
  constructor(now = () => performance.now()) {
    this.#now = now
  }

  /** Records an accepted connection. */
  note(): void {
    const idle = this.#recent === 0
    this.#recent = 2 // the end of this turn, and a whole one
    if (idle) setImmediate(() => this.#age())
  }

  /**
   * Waits until `work` may run.
   * @returns undefined to run now; else a promise that resolves in a turn without a new connection, or after `MAX_YIELD`,
   *   so work proceeds in the longest storm
   */
  settled(work: Pace): Promise<void> | undefined {
    return this.#recent === 0 ? undefined : this.#wait(MAX_YIELD[work])
  }

  #age(): void {
    if (--this.#recent > 0) setImmediate(() => this.#age())
  }

  async #wait({ turns, ms }: { turns: number; ms: number }): Promise<void> {
    const end = this.#now() + ms
    for (let turn = 0; turn < turns && this.#recent > 0; turn++) {
      await new Promise(setImmediate)
      if (this.#now() > end) return
    }
  }
}
