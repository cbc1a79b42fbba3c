import type { Db } from '../db/types.js'
import { ACCESS_TOKEN_SECONDS } from './token-life.js'

// Other machines' clocks may be behind this one's, and a commit comes after the time that it writes.
const LOOK_BACK_MS = 60_000

export type RevokedSessions = Awaited<ReturnType<typeof loadRevokedSessions>>

/**
 * The sessions that ended while an access token of theirs may still be out, so that a token dies with its session
 * and no request needs the database to know. A session is forgotten once its last token has expired.
 */
export async function loadRevokedSessions(db: Db) {
  const life = ACCESS_TOKEN_SECONDS * 1000
  const recent = await db.read.session.findMany({
    where: { revokedAt: { gt: new Date(Date.now() - life) } },
    select: { id: true, revokedAt: true },
    orderBy: { revokedAt: 'asc' },
  })
  // In order of revocation, so that what may be forgotten is always at the front.
  const revokedAt = new Map(recent.map((session) => [session.id, session.revokedAt?.getTime() ?? 0]))

  const add = (sessionId: string): void => {
    const now = Date.now()
    for (const [id, at] of revokedAt) {
      if (at > now - life) break
      revokedAt.delete(id)
    }
    revokedAt.delete(sessionId)
    revokedAt.set(sessionId, now)
  }

  return {
    add,
    has: (sessionId: string): boolean => revokedAt.has(sessionId),

    /** Looks for what other processes ended lately, and adds it. @returns the sessions that were not known yet. */
    async look(): Promise<{ id: string; userId: string }[]> {
      const lately = await db.read.session.findMany({
        where: { revokedAt: { gt: new Date(Date.now() - LOOK_BACK_MS) } },
        select: { id: true, userId: true },
      })
      const news = lately.filter(({ id }) => !revokedAt.has(id))
      for (const { id } of news) add(id)
      return news
    },
  }
}
