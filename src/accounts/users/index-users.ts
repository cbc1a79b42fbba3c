import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../../db/db.js'
import { NAME_RULES } from '../../search/tokenize.js'
import { indexUser } from './user-terms.js'

/** Users per transaction: few, because SQLite blocks the process for its length. */
const STEP = 50
/** The pause after a step, as a multiple of its duration. */
const PAUSE_FACTOR = 3

/**
 * Indexes the users that have no terms, or terms of older rules: those of an earlier version. Safe to run in several
 * processes at once.
 * @param signal stops after the current step
 * @returns the number of users indexed by this process
 */
export async function indexUsers(db: Db, signal: AbortSignal): Promise<number> {
  const outdated = { termRules: { lt: NAME_RULES } }
  let indexed = 0
  while (!signal.aborted) {
    const start = performance.now()
    const rows = await db.read.user.findMany({
      where: outdated,
      orderBy: [{ termRules: 'asc' }, { id: 'asc' }],
      take: STEP,
      select: { id: true },
    })
    if (rows.length === 0) break
    const ids = rows.map(({ id }) => id)
    indexed += await db.write(async (tx) => {
      await db.dialect.lockUsers(tx, ids, true) // a concurrent change of the name waits, or is read below
      const users = await tx.user.findMany({ where: { id: { in: ids }, ...outdated } })
      for (const user of users) await indexUser(tx, user)
      return users.length
    })
    const ms = performance.now() - start
    await sleep(PAUSE_FACTOR * ms, undefined, { signal }).catch(() => {})
  }
  return indexed
}
