import { openDb } from '../db/open.js'
import { newEpoch } from '../stream/log-identity.js'

export interface NewLogOptions {
  /** Whether to keep sessions. Sessions ended after the backup was made would be valid again. */
  keepSessions: boolean
}

/**
 * Gives the event log a new epoch after a restore, which invalidates the offsets clients know of the lost log. Ends all
 * sessions in the same transaction, unless `keepSessions`.
 * @returns the epoch, and the number of sessions ended
 */
export async function beginNewLog(
  url: string,
  { keepSessions }: NewLogOptions,
): Promise<{ epoch: string; ended: number }> {
  const db = await openDb(url)
  try {
    const epoch = newEpoch()
    const ended = await db.write(async (tx) => {
      await tx.eventCounter.update({ where: { id: 1 }, data: { epoch } })
      if (keepSessions) return 0
      const { count } = await tx.session.updateMany({
        where: { revokedAt: null },
        data: { revokedAt: new Date() },
      })
      return count
    })
    return { epoch, ended }
  } finally {
    await db.close()
  }
}
