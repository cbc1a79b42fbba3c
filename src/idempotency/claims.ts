import { setTimeout as sleep } from 'node:timers/promises'
import { callerGone } from '../db/admission.js'
import type { Db } from '../db/db.js'
import { isUniqueViolation } from '../db/driver-error.js'
import type { Tx } from '../db/transaction.js'
import { Problem, problems } from '../errors.js'
import { newId } from '../ids.js'

/** The fingerprint of a claimed key begins with this. */
const MARK = 'claim '
/** How often the holder beats. */
const BEAT_MS = 1_500
/** A holder without a beat for this long has ended, or stands still. */
const DEAD_MS = 5_500
/** How often others look. */
const LOOK_MS = 250

/** Whether the key of `fingerprint` belongs to a change in progress. */
export const isClaim = (fingerprint: string) => fingerprint.startsWith(MARK)

/** Creates the 503 for a change continued by another process. */
export const claimLost = () =>
  new Problem(problems.unavailable, 'Another process goes on with this request: repeat it with its key.', {
    retryAfter: 1,
  })

/** A key whose change takes several transactions, held by this process while it works on it. */
export class Claim {
  readonly #db: Db
  readonly #id: string
  readonly #mine = `${MARK}${newId()} `
  #beats = 0
  #beating: NodeJS.Timeout | undefined

  constructor(db: Db, id: string) {
    this.#db = db
    this.#id = id
  }

  /** Begins to beat. */
  begin(): this {
    const beat = () => this.#db.write((tx) => this.renew(tx))
    // A failure shows in the next transaction of the change.
    this.#beating = setInterval(() => void beat().catch(() => {}), BEAT_MS).unref()
    return this
  }

  /** Returns the fingerprint of its next beat. */
  next(): string {
    return `${this.#mine}${this.#beats++}`
  }

  get #where() {
    return { id: this.#id, fingerprint: { startsWith: this.#mine } }
  }

  /** Whether it holds the key. */
  async holds(tx: Tx): Promise<boolean> {
    return (await tx.idempotencyKey.count({ where: this.#where })) > 0
  }

  /**
   * Proves the holder alive, as the last statement of each of its transactions.
   * @throws Problem unavailable if it has lost the key
   */
  async renew(tx: Tx): Promise<void> {
    const data = { fingerprint: this.next() }
    const { count } = await tx.idempotencyKey.updateMany({ where: this.#where, data })
    if (count === 0) throw claimLost()
  }

  /** Replaces the claim by the answer. @returns whether it held the key */
  async settle(
    tx: Tx,
    data: { fingerprint: string; keyId: string; answer: string; createdAt: Date },
  ): Promise<boolean> {
    return (await tx.idempotencyKey.updateMany({ where: this.#where, data })).count > 0
  }

  /** Gives the key back, unless its change is made. */
  async end(): Promise<void> {
    clearInterval(this.#beating)
    await this.#db.write((tx) => tx.idempotencyKey.deleteMany({ where: this.#where }))
  }
}

interface Claimed {
  id: string
  ownerId: string
}

/**
 * Claims a key, which one process at a time holds. Waits while another does, and takes over from one whose beat stands still, by
 * a monotonic clock.
 * @param gone whether the client has stopped waiting for the answer
 * @returns undefined once the key has an answer
 * @throws Problem clientGone
 */
export async function claimKey(
  db: Db,
  { id, ownerId }: Claimed,
  gone: () => boolean,
): Promise<Claim | undefined> {
  const claim = new Claim(db, id)
  const insert = () =>
    db.write(async (tx, inDoubt) => {
      if (inDoubt && (await claim.holds(tx))) return true
      const row = { id, ownerId, fingerprint: claim.next(), keyId: '', answer: '', createdAt: new Date() }
      await tx.idempotencyKey.createMany({ data: [row] })
      return true
    })
  const takeOver = (fingerprint: string) =>
    db.write(async (tx, inDoubt) => {
      const data = { fingerprint: claim.next(), createdAt: new Date() }
      const { count } = await tx.idempotencyKey.updateMany({ where: { id, fingerprint }, data })
      return count > 0 || (inDoubt && (await claim.holds(tx)))
    })
  const unlessTaken = (error: unknown) => {
    if (!isUniqueViolation(error)) throw error
    return false
  }
  for (let seen = { fingerprint: '', at: 0 }; ; await sleep(LOOK_MS)) {
    if (gone()) throw callerGone()
    const row = await db.read.idempotencyKey.findUnique({ where: { id } })
    if (row && !isClaim(row.fingerprint)) return undefined
    if (!row) {
      if (await insert().catch(unlessTaken)) return claim.begin()
    } else if (row.fingerprint !== seen.fingerprint)
      seen = { fingerprint: row.fingerprint, at: performance.now() }
    else if (performance.now() - seen.at >= DEAD_MS && (await takeOver(row.fingerprint))) return claim.begin()
  }
}
