import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../db/db.js'
import type { Tx } from '../db/transaction.js'
import { NAME_RULES, termsOf } from '../search/tokenize.js'

/** A name that a product had before it was renamed or deleted. */
export interface FormerName {
  productId: string
  name: string
}

/** Names per transaction: few, because SQLite blocks the process for its length. */
const STEP = 50
/** The pause after a step, as a multiple of its duration. */
const PAUSE_FACTOR = 3

const addTerms = (db: Db, tx: Tx, names: FormerName[]) =>
  db.dialect.bulk.insertFormerTerms(
    tx,
    names.flatMap(({ productId, name }) => termsOf(name).map((term): [string, string] => [term, productId])),
  )

/**
 * Keeps the names of products whose orders are to be found by the name they were ordered by: call it in the transaction of
 * each change of a name and of each deletion.
 */
export async function keepFormerNames(db: Db, tx: Tx, names: FormerName[]): Promise<void> {
  await db.dialect.bulk.insertFormerNames(
    tx,
    names.map(({ productId, name }) => [productId, name]),
    NAME_RULES,
  )
  await addTerms(db, tx, names)
}

/**
 * Indexes the former names that have no terms, or terms of older rules: those of an earlier version. Safe to run in several
 * processes at once.
 * @param signal stops after the current step
 * @returns the number of names indexed by this process
 */
export async function indexFormerNames(db: Db, signal: AbortSignal): Promise<number> {
  const outdated = { rules: { lt: NAME_RULES } }
  let indexed = 0
  while (!signal.aborted) {
    const start = performance.now()
    const rows = await db.read.formerName.findMany({
      where: outdated,
      orderBy: [{ rules: 'asc' }, { productId: 'asc' }],
      take: STEP,
    })
    if (rows.length === 0) break
    indexed += await db.write(async (tx) => {
      await addTerms(db, tx, rows)
      const keys = rows.map(({ productId, name }) => ({ productId, name }))
      const { count } = await tx.formerName.updateMany({
        where: { OR: keys, ...outdated },
        data: { rules: NAME_RULES },
      })
      return count
    })
    const ms = performance.now() - start
    await sleep(PAUSE_FACTOR * ms, undefined, { signal }).catch(() => {})
  }
  return indexed
}
