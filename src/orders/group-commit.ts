import { setImmediate as nextTurn } from 'node:timers/promises'
import { fairBatch, type Queued } from './fair-batch.js'

/** The outcome of one item of a committed batch: its result, or its own refusal. */
export type Outcome<R> = { ok: true; value: R } | { ok: false; reason: Error }

export interface GroupCommitOptions<T, R> {
  /** Maximum weight of one batch. A heavier item is a batch of its own. */
  maxBatch: number
  /** Weight of waiting items, excluding the batch in flight, at which no more are accepted. */
  maxQueue: number
  /** Returns the weight of an item, 1 by default. */
  weigh?(item: T): number
  /** Returns whom an item belongs to: owners take turns in the batches. Without it, items keep the order of their arrival. */
  ownerOf?(item: T): string
  /** Commits `items` together and returns their outcomes in the same order. Throws only if nothing was committed. */
  commit(items: T[]): Promise<Outcome<R>[]>
  /** Whether a failure of `commit` is unrelated to its items, so bisecting the batch would be pointless. */
  isOutage(error: unknown): boolean
  /**
   * Whether to start the next batch before the last one is answered, so the committer works while answers are
   * written. Meant for a `commit` that waits for another process; if it occupies this process, it would only delay
   * the answers.
   */
  overlap?: boolean
}

/** Size of a batch above which its commit and its answers are separate turns of the event loop. */
const MANY = 64

/** The queue holds its maximum number of items. */
export class QueueFull extends Error {
  override name = 'QueueFull'
}

/** The queue accepts nothing more: its owner is shutting down. */
export class QueueClosed extends Error {
  override name = 'QueueClosed'
}

interface QueuedItem<T, R> extends Queued {
  item: T
  resolve(value: R): void
  reject(reason: unknown): void
}

/**
 * Group commit: new items queue while a batch is being committed, and the next batch takes all of them, or a fair share of each
 * owner's if they are too many. A lone item
 * is committed at once; a thousand share a commit. The most expensive part of a write, the sync to disk, is paid per
 * batch, and latency grows only with the items actually ahead. (As in IMS Fast Path; see DeWitt et al.,
 * "Implementation techniques for main memory database systems", 1984, section 5.2.)
 *
 * An item that makes the whole commit fail is found by bisecting the batch, and fails alone.
 */
export class GroupCommit<T, R> {
  readonly #options: GroupCommitOptions<T, R>
  #queue: QueuedItem<T, R>[] = []
  /** Weight of the queue. */
  #waiting = 0
  #running = false
  #closed = false
  #whenIdle: (() => void)[] = []

  constructor(options: GroupCommitOptions<T, R>) {
    this.#options = options
  }

  /** Weight of the items waiting for the next batch. */
  get waiting(): number {
    return this.#waiting
  }

  /**
   * Adds `item` to the next batch.
   * @returns its result, once committed
   * @throws its own refusal; QueueFull or QueueClosed at once; or the failure of the commit
   */
  push(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new QueueClosed('the queue is closed'))
      if (this.#waiting >= this.#options.maxQueue) return reject(new QueueFull('the queue is full'))
      const weight = this.#options.weigh?.(item) ?? 1
      this.#queue.push({ item, weight, owner: this.#options.ownerOf?.(item) ?? '', resolve, reject })
      this.#waiting += weight
      if (this.#running) return
      this.#running = true
      // Deferred until pending events are handled, so requests arriving together share the first commit.
      setImmediate(() => this.#run())
    })
  }

  /** Accepts nothing more; resolves once all accepted items are settled. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#running) await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#next()
      await this.#settle(batch)
      if (this.#queue.length > 0 && this.#occupies(batch)) await nextTurn()
    }
    this.#running = false
    // After the answers still waiting for their turn.
    setImmediate(() => {
      for (const idle of this.#whenIdle.splice(0)) idle()
    })
  }

  /** Whether committing or answering `batch` occupies this thread long enough for other requests to take a turn in between. */
  #occupies(batch: QueuedItem<T, R>[]): boolean {
    return !this.#options.overlap && batch.length > MANY
  }

  /** Takes the next batch off the queue. */
  #next(): QueuedItem<T, R>[] {
    const queue = this.#queue
    if (this.#waiting <= this.#options.maxBatch) {
      this.#queue = []
      this.#waiting = 0
      return queue
    }
    const { batch, rest } = fairBatch(queue, this.#options.maxBatch)
    this.#queue = rest
    for (const { weight } of batch) this.#waiting -= weight
    return batch
  }

  async #settle(batch: QueuedItem<T, R>[]): Promise<void> {
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
    if (this.#occupies(batch)) await nextTurn()
    if (this.#options.overlap && this.#queue.length > 0) setImmediate(answer)
    else answer()
  }
}
