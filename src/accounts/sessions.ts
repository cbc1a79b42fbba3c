import { EventEmitter } from 'node:events'
import type { User } from '#prisma'
import type { Db, Tx } from '../db/types.js'
import { Problem, problems } from '../errors.js'
import { isId, newId } from '../ids.js'
import { AuthnFailure } from './authn-failure.js'
import { hashOfToken, newRefreshToken, rotateToken } from './refresh-tokens.js'
import type { RevokedSessions } from './revoked-sessions.js'
import {
  type ClientInfo,
  clientColumns,
  type EndReason,
  type SessionView,
  type SignedIn,
  viewSession,
} from './session.js'
import { deleteTokens, isLive, revokeAll, revokeOne, revokeSurplus } from './session-rows.js'
import { MOST_REFRESHES, MOST_SESSIONS, SESSION_SECONDS } from './token-life.js'
import { viewUser } from './user.js'

export interface SessionOptions {
  db: Db
  /** Told of each session that is ended, so that its access tokens end with it. */
  revoked: RevokedSessions
  /** Milliseconds since 1970, in place of the database's clock. */
  now?: () => number
}

interface SessionEvents {
  /** A session was ended before its time, here or by another process. */
  revoked: [sessionId: string, userId: string]
  /** This process has ended a session. */
  ended: [sessionId: string, userId: string, reason: EndReason]
}

/** A session, and whose it is. */
interface SessionOwner {
  sessionId: string
  userId: string
}

/** A refresh that ended the session: whose, and why. */
interface Ended extends SessionOwner {
  reason: 'token-reuse' | 'used-up'
}

export type Sessions = ReturnType<typeof createSessions>

/**
 * Sign-ins: each a session of 30 days, kept alive by refresh tokens that are good for one use. Times are those of the
 * database's clock, so that processes whose own clocks differ judge them alike.
 */
export function createSessions({ db, revoked, now }: SessionOptions) {
  const events = new EventEmitter<SessionEvents>()

  const timeOf = async (tx: Tx): Promise<Date> => new Date(now ? now() : await db.dialect.now(tx))

  const announce = (id: string, userId: string, reason: EndReason) => {
    revoked.add(id)
    events.emit('revoked', id, userId)
    events.emit('ended', id, userId, reason)
  }

  const end = async (id: string, userId: string): Promise<boolean> => {
    if (!isId(id)) return false
    const ended = await db.write(async (tx, inDoubt) => {
      if (await revokeOne(tx, id, userId, await timeOf(tx))) return true
      return inDoubt && (await tx.session.count({ where: { id, userId, revokedAt: { not: null } } })) > 0
    })
    if (ended) announce(id, userId, 'signed-out')
    return ended
  }

  /** Exchanges `token` in `tx`; undefined when it belongs to no live session. */
  const exchange = async (
    tx: Tx,
    token: string,
    client: ClientInfo,
  ): Promise<SignedIn | Ended | undefined> => {
    const row = await tx.refreshToken.findUnique({
      where: { hash: hashOfToken(token) },
      include: { session: true },
    })
    if (!row) return undefined
    const { id: sessionId, userId, expiresAt, refreshes } = row.session
    // What was read so far may be out of date. The user is held before the session, as whoever changes a user does.
    await db.dialect.holdUser(tx, userId)
    const at = await timeOf(tx)
    const { count } = await tx.session.updateMany({
      where: { id: sessionId, ...isLive(at) },
      data: { lastUsedAt: at, refreshes: { increment: 1 }, ...clientColumns(client) },
    })
    if (count === 0) return undefined
    const usedUp = refreshes >= MOST_REFRESHES
    const refreshToken = usedUp ? undefined : await rotateToken(tx, token, row, at)
    if (refreshToken === undefined) {
      await revokeOne(tx, sessionId, userId, at)
      return { sessionId, userId, reason: usedUp ? 'used-up' : 'token-reuse' }
    }
    const user = await tx.user.findUniqueOrThrow({ where: { id: userId } })
    return { user: viewUser(user), sessionId, refreshToken, expiresAt }
  }

  return {
    events,

    /**
     * Begins a session for `user`, whose password was verified against `user.password`. Of more than MOST_SESSIONS
     * live ones the least recently used end.
     * @param renewed the hash to keep from now on, where the verified one is out of date
     * @returns undefined when the password has changed since, or the user is gone: then there is no session.
     */
    async open(user: User, client: ClientInfo, renewed?: string): Promise<SignedIn | undefined> {
      const sessionId = newId()
      const refreshToken = newRefreshToken()
      const userId = user.id
      const opened = await db.write(async (tx, inDoubt) => {
        await db.dialect.holdUser(tx, userId)
        const row = await tx.user.findUnique({ where: { id: userId } })
        if (!row) return undefined
        const made = inDoubt && (await tx.session.findUnique({ where: { id: sessionId } }))
        if (made) return { row, expiresAt: made.expiresAt, surplus: [] }
        if (row.password !== user.password) return undefined
        if (renewed !== undefined)
          await tx.user.update({ where: { id: userId }, data: { password: renewed } })
        const at = await timeOf(tx)
        const expiresAt = new Date(at.getTime() + SESSION_SECONDS * 1000)
        const times = { createdAt: at, lastUsedAt: at, expiresAt }
        await tx.session.create({ data: { id: sessionId, userId, ...times, ...clientColumns(client) } })
        await tx.refreshToken.create({ data: { hash: hashOfToken(refreshToken), sessionId, createdAt: at } })
        return { row, expiresAt, surplus: await revokeSurplus(tx, userId, at, MOST_SESSIONS) }
      })
      if (!opened) return undefined
      for (const id of opened.surplus) announce(id, userId, 'too-many')
      await deleteTokens(db, opened.surplus)
      return { user: viewUser(opened.row), sessionId, refreshToken, expiresAt: opened.expiresAt }
    },

    /**
     * Exchanges a refresh token for the next one, and reads the user afresh. A token used twice is taken for stolen
     * and ends its session.
     * @throws Problem `invalid-refresh-token`
     */
    async refresh(token: string, client: ClientInfo): Promise<SignedIn> {
      const outcome = await db.write((tx) => exchange(tx, token, client))
      if (!outcome)
        throw new Problem(problems.invalidRefreshToken, 'There is no valid refresh token.', {
          cause: new AuthnFailure({ reason: 'unknown-token' }),
        })
      if (!('reason' in outcome)) return outcome
      const { sessionId, userId, reason } = outcome
      announce(sessionId, userId, reason)
      throw new Problem(
        problems.invalidRefreshToken,
        reason === 'used-up'
          ? 'The session was refreshed too often: it has ended.'
          : 'The refresh token was used before: its session has ended.',
        { cause: new AuthnFailure({ userId, sessionId, reason }) },
      )
    },

    /** Ends the session that `token` belongs to, used or not. @returns undefined if it belongs to no live one */
    async endByToken(token: string): Promise<SessionOwner | undefined> {
      const row = await db.read.refreshToken.findUnique({
        where: { hash: hashOfToken(token) },
        include: { session: true },
      })
      if (!row) return undefined
      const { id: sessionId, userId } = row.session
      return (await end(sessionId, userId)) ? { sessionId, userId } : undefined
    },

    /** Ends a session of the user `userId`; false if they have no such live one. */
    end,

    /**
     * Ends every session of a user.
     * @param change runs first in the same transaction; when it gives false, nothing is ended
     * @returns what `change` gave
     */
    async endAll(userId: string, change: (tx: Tx) => Promise<boolean> = async () => true): Promise<boolean> {
      const ended = await db.write(async (tx) =>
        (await change(tx)) ? revokeAll(tx, userId, await timeOf(tx)) : undefined,
      )
      for (const id of ended ?? []) announce(id, userId, 'account-changed')
      await deleteTokens(db, ended ?? [])
      return ended !== undefined
    },

    /** The live sessions of a user, newest first. */
    async list(userId: string): Promise<SessionView[]> {
      const rows = await db.read.session.findMany({
        where: { userId, ...isLive(new Date(now ? now() : Date.now())) },
        orderBy: { id: 'desc' },
        take: MOST_SESSIONS,
      })
      return rows.map(viewSession)
    },
  }
}
