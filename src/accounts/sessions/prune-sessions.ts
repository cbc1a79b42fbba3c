import type { Db } from '../../db/db.js'
import { ACCESS_TOKEN_SECONDS } from '../access-tokens/lifetimes.js'

const STEP = 500

/**
 * Deletes expired sessions and their tokens in small transactions, so other writers are not blocked.
 * @param at milliseconds since 1970
 */
export async function pruneSessions(db: Db, at: number, signal: AbortSignal): Promise<void> {
  // An access token may outlive its session, and its revocation must be known until it expires.
  const over = { expiresAt: { lt: new Date(at - ACCESS_TOKEN_SECONDS * 1000) } }
  while (!signal.aborted) {
    const tokens = await db.read.refreshToken.findMany({
      where: { session: over },
      select: { hash: true },
      take: STEP,
    })
    if (tokens.length === 0) break
    await db.write((tx) =>
      tx.refreshToken.deleteMany({ where: { hash: { in: tokens.map(({ hash }) => hash) } } }),
    )
  }
  while (!signal.aborted) {
    const sessions = await db.read.session.findMany({ where: over, select: { id: true }, take: STEP })
    if (sessions.length === 0) break
    await db.write((tx) => tx.session.deleteMany({ where: { id: { in: sessions.map(({ id }) => id) } } }))
  }
}
