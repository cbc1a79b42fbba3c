import { newEpoch } from '../../stream/log-identity.js'
import { openDb } from '../open.js'

export interface NewLogOptions {
  /** Whether people stay signed in. A session that was ended after the backup was made lives again if so. */
  keepSessions: boolean
}

/**
 * Gives the log of the database that `url` names a new epoch, after it was put back to an earlier state: offsets that
 * clients know of the lost one say nothing about it. Unless they are kept, all sessions end in the same transaction.
 * @returns the epoch, and how many sessions ended.
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
