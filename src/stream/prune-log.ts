import type { Db } from '../db/types.js'

/** Rows deleted in one transaction: few enough that no order waits for it noticeably. */
const STEP = 500

export interface PruneOptions {
  /** Events of before this moment may go, in milliseconds since 1970. */
  before: number
  /** Events after this offset are still needed. */
  upTo: number
  signal: AbortSignal
}

/**
 * Deletes old events from the beginning of the log, in small steps, and stops at the first that is young enough.
 * @returns how many were deleted.
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
    // Whatever a clock that was set back did to the times: what goes is a piece from the beginning, without holes.
    const { count } = await db.write((tx) => tx.event.deleteMany({ where: { offset: { lte: last.offset } } }))
    deleted += count
  }
  return deleted
}
