import type { Db } from '../db/db.js'
import { idBoundAt } from '../ids.js'

/** Entries per transaction, so that other writers are not blocked. */
const STEP = 500

/**
 * Deletes the oldest entries of the audit trail in small transactions.
 * @param before entries made before this time are deleted, in milliseconds since 1970
 * @param signal stops after the current step
 * @returns the number of deleted entries
 */
export async function pruneAudit(db: Db, before: number, signal: AbortSignal): Promise<number> {
  const old = { id: { lt: idBoundAt(Math.max(before, 0)) } }
  let deleted = 0
  while (!signal.aborted) {
    const rows = await db.read.auditEntry.findMany({
      where: old,
      orderBy: { id: 'asc' },
      take: STEP,
      select: { id: true },
    })
    const last = rows.at(-1)
    if (!last) break
    const { count } = await db.write((tx) => tx.auditEntry.deleteMany({ where: { id: { lte: last.id } } }))
    deleted += count
  }
  return deleted
}
