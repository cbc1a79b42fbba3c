import type { Db } from '../db/types.js'
import { ACCESS_TOKEN_SECONDS } from './token-life.js'

const STEP = 500

/**
 * Deletes the sessions that are over, and their tokens, in steps small enough for other writers to come between.
 * @param at milliseconds since 1970
 */
export async function pruneSessions(db: Db, at: number, signal: AbortSignal): Promise<void> {
  // An access token may outlive its session's last minute, and its revocation must be known for as long.
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
