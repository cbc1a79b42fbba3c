/** What became of one item of a batch that was committed: its result, or why it alone was refused. */
export type Outcome<R> = { ok: true; value: R } | { ok: false; reason: Error }

export interface GroupCommitOptions<T, R> {
  /** Items in one batch at most. */
  maxBatch: number
  /** Items waiting at most, the batch in flight not counted. */
  maxQueue: number
  /**
   * Commits `items` together and says, in their order, what became of each. It throws only when nothing was
   * committed.
   */
  commit(items: T[]): Promise<Outcome<R>[]>
  /** Whether a failure of `commit` has nothing to do with its items, so that looking for a culprit is no use. */
  isOutage(error: unknown): boolean
  /**
   * Whether the next batch is begun before the last is answered, so that who commits works while the answers are
   * written. For a `commit` that waits for another process; where it keeps this one busy, answers would be late for nothing.
   */
  overlap?: boolean
}

/** As many items wait as may. */
export class QueueFull extends Error {
  override name = 'QueueFull'
}

/** The queue takes nothing more: its owner is shutting down. */
export class QueueClosed extends Error {
  override name = 'QueueClosed'
}

interface Waiting<T, R> {
  item: T
  resolve(value: R): void
  reject(reason: unknown): void
}

/**
 * Group commit: while one batch is being committed, new items queue, and the next batch takes all that wait. A lone
 * item is committed at once; a thousand share a commit. So the dearest part of a write, the sync to disk, is paid
 * by the batch, and latency grows only with what is really in front of an item. (The idea is as old as IMS Fast
 * Path; see DeWitt et al., "Implementation techniques for main memory database systems", 1984, section 5.2.)
 *
 * An item that makes the whole commit fail is found by halving the batch, and fails alone.
 */
export class GroupCommit<T, R> {
  readonly #options: GroupCommitOptions<T, R>
  #queue: Waiting<T, R>[] = []
  #running = false
  #closed = false
  #whenIdle: (() => void)[] = []

  constructor(options: GroupCommitOptions<T, R>) {
    this.#options = options
  }

  /** How many items wait for the next batch. */
  get waiting(): number {
    return this.#queue.length
  }

  /**
   * Adds `item` to the next batch.
   * @returns its result, once committed.
   * @throws its own refusal; QueueFull or QueueClosed at once; else the failure of the commit.
   */
  push(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new QueueClosed('the queue is closed'))
      if (this.#queue.length >= this.#options.maxQueue) return reject(new QueueFull('the queue is full'))
      this.#queue.push({ item, resolve, reject })
      if (this.#running) return
      this.#running = true
      // Not this instant but after the events at hand: requests that arrived together share the first commit.
      setImmediate(() => this.#run())
    })
  }

  /** Takes nothing more; resolves when all that was taken is settled. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#running) await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) await this.#settle(this.#queue.splice(0, this.#options.maxBatch))
    this.#running = false
    // Behind the answers that still wait for their turn.
    setImmediate(() => {
      for (const idle of this.#whenIdle.splice(0)) idle()
    })
  }

  async #settle(batch: Waiting<T, R>[]): Promise<void> {
    let outcomes: Outcome<R>[]
    try {
      outcomes = await this.#options.commit(batch.map((waiting) => waiting.item))
    } catch (error) {
      if (batch.length === 1 || this.#options.isOutage(error)) {
        for (const waiting of batch) waiting.reject(error)
        return
      }
      const half = batch.length >>> 1
      await this.#settle(batch.slice(0, half))
      await this.#settle(batch.slice(half))
      return
    }
    const answer = () => {
      batch.forEach((waiting, i) => {
        const outcome = outcomes[i]
        if (outcome?.ok) waiting.resolve(outcome.value)
        else waiting.reject(outcome?.reason ?? new Error('the commit gave no outcome for an item'))
      })
    }
    if (this.#options.overlap && this.#queue.length > 0) setImmediate(answer)
    else answer()
  }
}
