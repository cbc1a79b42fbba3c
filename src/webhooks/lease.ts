import type { Db } from '../db/db.js'
import type { Tx } from '../db/transaction.js'
import { newId } from '../ids.js'
import { now } from './delivery/endpoint.js'

/** A holder without a beat for this long has ended, or stands still. */
export const DEAD_MS = 4_500
/** How long the holder may deliver after the beginning of its last beat: less, so that it stops before another begins. */
export const GRANT_MS = 3_500
/** How often the holder beats. */
export const BEAT_MS = 1_500

/** Another process has taken the lease over. */
export class LeaseLost extends Error {
  override name = 'LeaseLost'
}

const ROW = { id: 1 }

/**
 * Lets one of the processes on a database deliver at a time. The holder increments a counter, and another process takes
 * over once the counter stands still, both by monotonic clocks: setting a clock changes nothing.
 */
export class Lease {
  readonly #db: Db
  readonly #holder = newId()
  #seen = { term: -1n, beat: -1n, at: 0 }
  #term: bigint | undefined

  constructor(db: Db) {
    this.#db = db
  }

  /** Looks at the lease. @returns the revision of the webhooks, and whether the lease may be taken */
  async look(): Promise<{ revision: bigint; isFree: boolean }> {
    const { holder, term, beat, revision } = await this.#db.read.webhookLease.findUniqueOrThrow({
      where: ROW,
    })
    const { term: lastTerm, beat: lastBeat } = this.#seen
    if (term !== lastTerm || beat !== lastBeat) this.#seen = { term, beat, at: now() }
    return { revision, isFree: holder === null || now() - this.#seen.at >= DEAD_MS }
  }

  /**
   * Takes the lease found free by `look`.
   * @returns until when this process may deliver, on the monotonic clock; undefined if another was faster
   */
  async take(): Promise<number | undefined> {
    const begun = now()
    const { term, beat } = this.#seen
    const mine = { holder: this.#holder, term: term + 1n }
    const isTaken = await this.#db.write(async (tx, inDoubt) => {
      const data = { ...mine, beat: 0n }
      const { count } = await tx.webhookLease.updateMany({ where: { ...ROW, term, beat }, data })
      return count > 0 || (inDoubt && (await tx.webhookLease.count({ where: { ...ROW, ...mine } })) > 0)
    })
    if (!isTaken) return undefined
    this.#term = mine.term
    return begun + GRANT_MS
  }

  /**
   * Proves this process alive, in one transaction with `work`.
   * @returns until when it may deliver
   * @throws LeaseLost, and `work` has changed nothing; or an error of `work`
   */
  async beat(work: (tx: Tx) => Promise<void> = async () => {}): Promise<number> {
    const begun = now()
    await this.#db.write(async (tx) => {
      await this.#hold(tx, { beat: { increment: 1 } })
      await work(tx)
    })
    return begun + GRANT_MS
  }

  /** Gives the lease back, in one transaction with `work`. @throws as `beat` */
  async release(work: (tx: Tx) => Promise<void>): Promise<void> {
    await this.#db.write(async (tx, inDoubt) => {
      const held = { ...ROW, term: this.#term ?? -1n, holder: null }
      if (inDoubt && (await tx.webhookLease.count({ where: held })) > 0) return
      await this.#hold(tx, { holder: null })
      await work(tx)
    })
    this.#term = undefined
  }

  /** Updates the row, which stays locked until the transaction ends. */
  async #hold(tx: Tx, data: { beat: { increment: number } } | { holder: null }): Promise<void> {
    const where = { ...ROW, holder: this.#holder, term: this.#term ?? -1n }
    const { count } = await tx.webhookLease.updateMany({ where, data })
    if (count === 0) throw new LeaseLost('another process delivers the webhooks now')
  }
}

/** Tells the delivering process, whichever it is, of a change of webhooks. Call it first in a transaction. */
export async function bumpRevision(tx: Tx): Promise<void> {
  await tx.webhookLease.update({ where: ROW, data: { revision: { increment: 1 } } })
}
