import type { Db } from '../db/db.js'

/** Rows deleted per transaction: few enough to cause no noticeable wait for orders. */
const STEP = 500

export interface PruneOptions {
  /** Events before this time may be deleted, in milliseconds since 1970. */
  before: number
  /** Events after this offset are still needed. */
  upTo: number
  signal: AbortSignal
}

/**
 * Deletes old events from the beginning of the log, in small steps, up to the first one young enough to keep.
 * @returns the number of deleted events
 */
export async function pruneLog(db: Db, { before, upTo, signal }: PruneOptions): Promise<number> {
  let deleted = 0
  while (!signal.aborted) {
    const oldest = await db.read.event.findMany({
      where: { offset: { lte: upTo } },
      orderBy: { offset: 'asc' },
      take: STEP,
      select: { offset: true, createdAt: true },
    })
    const last = oldest.findLast(({ createdAt }) => createdAt.getTime() < before)
    if (!last) return deleted
    // Deletes a prefix of the log without holes, even if the clock was set back in between.
    const { count } = await db.write((tx) => tx.event.deleteMany({ where: { offset: { lte: last.offset } } }))
    deleted += count
  }
  return deleted
}
