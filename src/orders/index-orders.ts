import type { Db } from '../db/db.js'
import { currentTime, idBoundAt } from '../ids.js'

/**
 * Age of orders that are indexed. Ids are drawn within the transaction, where SQLite has one writer, so a later order has a
 * lower id only if another process's clock, in its own steps, is behind by more than this.
 */
const MARGIN_MS = 1_000
/** How long this process may have placed orders, after the clock was set back, before the first step. */
const REWIND_MS = 60 * 60 * 1000
const TARGET_MS = 8
const MIN_ROWS = 50
const MAX_ROWS = 2_000
/** Pause after a step, in multiples of its duration: at most a twenty-fifth of the thread while orders are placed. */
const PAUSES_BUSY = 24
const PAUSES_IDLE = 1

/**
 * Keeps SQLite's indexes of orders by product, by total and by both up to date, behind the orders: maintained within each order they
 * would cost a quarter of its time, as every order changes a page of its own in each. Readers lose nothing by the lag,
 * because they scan the orders after the indexes' position. A database server maintains its indexes itself.
 */
export class OrderIndexer {
  readonly #db: Db
  #rows = MIN_ROWS

  constructor(db: Db) {
    this.#db = db
  }

  /**
   * Indexes some orders in one short transaction.
   * @param isBusy whether orders are being placed
   * @returns the pause before the next step in milliseconds; undefined if nothing is left
   */
  async step(isBusy: boolean): Promise<number | undefined> {
    const { indexOrders } = this.#db.dialect
    if (!indexOrders) return undefined
    let start = 0
    let elapsed = 0
    const { isFull, isBehind } = await this.#db.write(async (tx) => {
      start = performance.now()
      const now = currentTime()
      const done = await indexOrders(tx, this.#rows, idBoundAt(now - MARGIN_MS), idBoundAt(now - REWIND_MS))
      elapsed = performance.now() - start
      return done
    })
    if (!isBehind) return undefined
    if (!isFull) return MARGIN_MS
    const fitting = Math.round((this.#rows * TARGET_MS) / Math.max(elapsed, 0.5))
    this.#rows = Math.min(MAX_ROWS, Math.max(MIN_ROWS, Math.min(fitting, this.#rows * 2)))
    // With the commit, which writes a page for almost every row and holds the thread as well.
    return (performance.now() - start) * (isBusy ? PAUSES_BUSY : PAUSES_IDLE)
  }
}
