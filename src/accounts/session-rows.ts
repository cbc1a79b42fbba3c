import type { Db, Tx } from '../db/types.js'

/** Refresh tokens that one statement deletes at most, so that other writers get their turn in between. */
const STEP = 500

/** The condition that a session goes on at the time `at`. */
export const isLive = (at: Date) => ({ revokedAt: null, expiresAt: { gt: at } })

/** Ends the live session `id` of a user, and deletes its tokens. @returns whether there was one. */
export async function revokeOne(tx: Tx, id: string, userId: string, at: Date): Promise<boolean> {
  const { count } = await tx.session.updateMany({
    where: { id, userId, ...isLive(at) },
    data: { revokedAt: at },
  })
  if (count === 0) return false
  await tx.refreshToken.deleteMany({ where: { sessionId: id } })
  return true
}

/** Ends every live session of a user; its tokens are left to deleteTokens. @returns the ids of the sessions. */
export async function revokeAll(tx: Tx, userId: string, at: Date): Promise<string[]> {
  const live = await tx.session.findMany({ where: { userId, ...isLive(at) }, select: { id: true } })
  await tx.session.updateMany({ where: { userId, ...isLive(at) }, data: { revokedAt: at } })
  return live.map(({ id }) => id)
}

/**
 * Ends the live sessions of a user beyond the `most` that were used last, as many as `step` of them.
 * @returns the ids of the sessions that ended
 */
export async function revokeSurplus(tx: Tx, userId: string, at: Date, most: number): Promise<string[]> {
  const surplus = await tx.session.findMany({
    where: { userId, ...isLive(at) },
    orderBy: [{ lastUsedAt: 'desc' }, { id: 'desc' }],
    skip: most,
    take: STEP,
    select: { id: true },
  })
  const ids = surplus.map(({ id }) => id)
  if (ids.length > 0)
    await tx.session.updateMany({ where: { id: { in: ids }, revokedAt: null }, data: { revokedAt: at } })
  return ids
}

/** Deletes the tokens of sessions that have ended. */
export async function deleteTokens(db: Db, sessionIds: string[]): Promise<void> {
  for (let from = 0; from < sessionIds.length; from += STEP) {
    const where = { sessionId: { in: sessionIds.slice(from, from + STEP) } }
    for (let count = STEP; count === STEP; )
      ({ count } = await db.write((tx) => tx.refreshToken.deleteMany({ where, limit: STEP })))
  }
}
