import type { Db, Reader } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'
import { hashOfToken } from './refresh-tokens.js'

/** Maximum refresh tokens deleted per statement, so other writers are not blocked. */
const STEP = 500

/** A moment, and the filter for the live sessions of it. */
export interface Moment {
  at: Date
  live: { revokedAt: null; expiresAt: { gt: Date }; lastUsedAt: { gt: Date } }
}

/** Returns the moment `at` for sessions ending after `idleMs` without a refresh. */
export function momentOf(at: Date, idleMs: number): Moment {
  const idleSince = new Date(at.getTime() - idleMs)
  return { at, live: { revokedAt: null, expiresAt: { gt: at }, lastUsedAt: { gt: idleSince } } }
}

/** A session and its owner. */
export interface SessionOwner {
  sessionId: string
  userId: string
}

/** Returns the session of a refresh token, rotated or not; undefined if it belongs to no live one. */
export async function ownerOf(
  { refreshToken }: Pick<Reader, 'refreshToken'>,
  token: string,
  { live }: Moment,
): Promise<SessionOwner | undefined> {
  const row = await refreshToken.findFirst({
    where: { hash: hashOfToken(token), session: live },
    select: { session: { select: { id: true, userId: true } } },
  })
  return row ? { sessionId: row.session.id, userId: row.session.userId } : undefined
}

/** Revokes the live session `id` of a user and deletes its tokens. @returns false if there is none */
export async function revokeOne(tx: Tx, id: string, userId: string, { at, live }: Moment): Promise<boolean> {
  const { count } = await tx.session.updateMany({
    where: { id, userId, ...live },
    data: { revokedAt: at },
  })
  if (count === 0) return false
  await tx.refreshToken.deleteMany({ where: { sessionId: id } })
  return true
}

/**
 * Revokes every live session of a user except `keep`, and sign-ins that wait for their second step; deleteTokens must follow.
 * @returns the ids of the live sessions
 */
export async function revokeAll(tx: Tx, userId: string, { at, live }: Moment, keep = ''): Promise<string[]> {
  const rows = await tx.session.findMany({ where: { userId, ...live }, select: { id: true } })
  await tx.session.updateMany({
    where: { userId, id: { not: keep }, ...live },
    data: { revokedAt: at },
  })
  await tx.mfaToken.deleteMany({ where: { userId } })
  return rows.map(({ id }) => id)
}

/**
 * Removes from every session of an erased user where it came from. The sessions expire, and are deleted once no access token
 * of theirs can be valid.
 */
export async function forgetClients(tx: Tx, userId: string, { at }: Moment): Promise<void> {
  const data = { ip: null, userAgent: null, clientKey: null, expiresAt: at }
  await tx.session.updateMany({ where: { userId }, data })
}

/**
 * Revokes the live sessions of a user beyond the `max` most recently used, at most STEP of them.
 * @returns the ids of the revoked sessions
 */
export async function revokeSurplus(
  tx: Tx,
  userId: string,
  { at, live }: Moment,
  max: number,
): Promise<string[]> {
  const surplus = await tx.session.findMany({
    where: { userId, ...live },
    orderBy: [{ lastUsedAt: 'desc' }, { id: 'desc' }],
    skip: max,
    take: STEP,
    select: { id: true },
  })
  const ids = surplus.map(({ id }) => id)
  if (ids.length > 0)
    await tx.session.updateMany({
      where: { id: { in: ids }, revokedAt: null },
      data: { revokedAt: at },
    })
  return ids
}

/** Deletes the tokens of revoked sessions. */
export async function deleteTokens(db: Db, sessionIds: string[]): Promise<void> {
  for (let from = 0; from < sessionIds.length; from += STEP) {
    const where = { sessionId: { in: sessionIds.slice(from, from + STEP) } }
    for (;;) {
      // A DELETE with a limit would read the whole table on MySQL.
      const tokens = await db.read.refreshToken.findMany({
        where,
        orderBy: { sessionId: 'asc' },
        take: STEP,
        select: { hash: true },
      })
      if (tokens.length === 0) break
      const hashes = tokens.map(({ hash }) => hash)
      await db.write((tx) => tx.refreshToken.deleteMany({ where: { hash: { in: hashes } } }))
    }
  }
}
