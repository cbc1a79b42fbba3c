import { EventEmitter } from 'node:events'
import type { User } from '#prisma'
import type { Db } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'
import { Problem, problems, sessionEnded } from '../../errors.js'
import { isId, newId } from '../../ids.js'
import {
  MAX_REFRESHES,
  MAX_SESSIONS,
  SESSION_IDLE_SECONDS,
  SESSION_SECONDS,
} from '../access-tokens/lifetimes.js'
import { AuthnFailure } from '../authn-failure.js'
import { refuseDisabled } from '../refuse-disabled.js'
import { viewUser } from '../user.js'
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
import {
  deleteTokens,
  forgetClients,
  momentOf,
  ownerOf,
  revokeAll,
  revokeOne,
  revokeSurplus,
  type SessionOwner,
} from './session-rows.js'

export interface SessionOptions {
  db: Db
  /** Receives each revoked session, so its access tokens are rejected. */
  revoked: RevokedSessions
  /** Time without a refresh after which a session ends. */
  idleMs?: number
  /** Milliseconds since 1970, in place of the database's clock. */
  now?: () => number
}

interface SessionEvents {
  /** A session was revoked, by this or another process. */
  revoked: [sessionId: string, userId: string]
  /** This process revoked a session. */
  ended: [sessionId: string, userId: string, reason: EndReason]
}

/**
 * A change of a user in a transaction. `inDoubt`: an earlier attempt may have committed it.
 * @returns whether it was made; `all` if the session that would stay must end too, `keep` if all sessions stay
 */
export type Change = (tx: Tx, inDoubt: boolean) => Promise<boolean | 'all' | 'keep'>

/**
 * Decides, in the transaction of a new session, whether `user` has proved their identity.
 * @param user as read in the transaction
 */
export type Admission = (tx: Tx, user: User) => Promise<boolean>

/** A refresh with which the session was revoked, with the reason. */
interface Ended extends SessionOwner {
  reason: 'token-reuse' | 'used-up'
}

export type Sessions = ReturnType<typeof createSessions>

/**
 * Manages sessions: each lasts 30 days, if single-use refresh tokens keep it from being idle for too long. Times come from the database's
 * clock, so clock skew between processes doesn't matter.
 */
export function createSessions({ db, revoked, now, idleMs = SESSION_IDLE_SECONDS * 1000 }: SessionOptions) {
  const events = new EventEmitter<SessionEvents>()

  const momentAt = (at: Date) => momentOf(at, idleMs)

  /** Returns the end of a session used `at` if it is not used again. */
  const endOf = (expiresAt: Date, at: Date) => new Date(Math.min(expiresAt.getTime(), at.getTime() + idleMs))

  const timeOf = async (tx: Parameters<typeof db.dialect.now>[0]): Promise<Date> =>
    new Date(now ? now() : await db.dialect.now(tx))

  const announce = (id: string, userId: string, reason: EndReason) => {
    revoked.add(id)
    events.emit('revoked', id, userId)
    events.emit('ended', id, userId, reason)
  }

  const end = async (id: string, userId: string): Promise<boolean> => {
    if (!isId(id)) return false
    const ended = await db.write(async (tx, inDoubt) => {
      if (await revokeOne(tx, id, userId, momentAt(await timeOf(tx)))) return true
      return inDoubt && (await tx.session.count({ where: { id, userId, revokedAt: { not: null } } })) > 0
    })
    if (ended) announce(id, userId, 'signed-out')
    return ended
  }

  /** Exchanges `token` in `tx`; undefined if it belongs to no live session. */
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
    // The rows read so far may be stale. The user is locked before the session, the lock order of all user changes.
    await db.dialect.holdUser(tx, userId)
    const at = await timeOf(tx)
    const { count } = await tx.session.updateMany({
      where: { id: sessionId, ...momentAt(at).live },
      data: { lastUsedAt: at, refreshes: { increment: 1 }, ...clientColumns(client) },
    })
    if (count === 0) return undefined
    const usedUp = refreshes >= MAX_REFRESHES
    const refreshToken = usedUp ? undefined : await rotateToken(tx, token, row, at)
    if (refreshToken === undefined) {
      await revokeOne(tx, sessionId, userId, momentAt(at))
      return { sessionId, userId, reason: usedUp ? 'used-up' : 'token-reuse' }
    }
    const user = await tx.user.findUniqueOrThrow({ where: { id: userId } })
    return { user: viewUser(user), sessionId, refreshToken, expiresAt: endOf(expiresAt, at) }
  }

  return {
    events,

    /**
     * Opens a session for `user`, whose password was verified against `user.password`. Beyond MAX_SESSIONS live ones, the
     * least recently used are revoked.
     * @param admits in place of the password, which alone admits no user with a second factor
     * @returns undefined, without a session, if the user is gone or not admitted: by default, if the password has changed
     * @throws Problem `account-disabled`; else the error of `admits`
     */
    async open(
      user: User,
      client: ClientInfo,
      admits: Admission = async (_tx, row) => !row.mfa && row.password === user.password,
    ): Promise<SignedIn | undefined> {
      const sessionId = newId()
      const refreshToken = newRefreshToken()
      const userId = user.id
      const opened = await db.write(async (tx, inDoubt) => {
        await db.dialect.holdUser(tx, userId)
        const row = await tx.user.findUnique({ where: { id: userId } })
        if (!row) return undefined
        refuseDisabled(row)
        const made = inDoubt && (await tx.session.findUnique({ where: { id: sessionId } }))
        if (made) return { row, expiresAt: endOf(made.expiresAt, made.createdAt), surplus: [] }
        if (!(await admits(tx, row))) return undefined
        const at = await timeOf(tx)
        const expiresAt = new Date(at.getTime() + SESSION_SECONDS * 1000)
        const times = { createdAt: at, lastUsedAt: at, expiresAt }
        await tx.session.create({ data: { id: sessionId, userId, ...times, ...clientColumns(client) } })
        await tx.refreshToken.create({ data: { hash: hashOfToken(refreshToken), sessionId, createdAt: at } })
        const surplus = await revokeSurplus(tx, userId, momentAt(at), MAX_SESSIONS)
        return { row, expiresAt: endOf(expiresAt, at), surplus }
      })
      if (!opened) return undefined
      for (const id of opened.surplus) announce(id, userId, 'too-many')
      await deleteTokens(db, opened.surplus)
      return { user: viewUser(opened.row), sessionId, refreshToken, expiresAt: opened.expiresAt }
    },

    /**
     * Rotates a refresh token and rereads the user. A reused token counts as stolen and revokes its session (reuse
     * detection).
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

    /** Returns the session of `token`, rotated or not; undefined if it belongs to no live one. */
    find: async (token: string) => ownerOf(db.read, token, momentAt(await timeOf(db.read))),

    /** Revokes the session of `token`, rotated or not. @returns undefined if it belongs to no live session */
    async endByToken(token: string): Promise<SessionOwner | undefined> {
      const owner = await ownerOf(db.read, token, momentAt(await timeOf(db.read)))
      return owner && (await end(owner.sessionId, owner.userId)) ? owner : undefined
    },

    /** Revokes a session of the user `userId`; false if the user has no such live session. */
    end,

    /**
     * Revokes every session of a user.
     * @param change runs first in the same transaction; if it returns false or `keep`, nothing is revoked
     * @param keep the id of the session to keep, unless `change` returns `all`
     * @param reason told to the log
     * @returns whether `change` was made
     * @throws Problem `unauthenticated` if the session `keep` has ended: its request may change nothing
     */
    async endAll(
      userId: string,
      change: Change = async () => true,
      keep?: string,
      reason: EndReason = 'account-changed',
    ): Promise<boolean> {
      const ended = await db.write(async (tx, inDoubt) => {
        const made = await change(tx, inDoubt)
        if (!made) return undefined
        if (made === 'keep') return []
        const kept = made === 'all' ? undefined : keep
        const moment = momentAt(await timeOf(tx))
        const live = await revokeAll(tx, userId, moment, kept)
        if (reason === 'erased') await forgetClients(tx, userId, moment)
        if (kept !== undefined && !live.includes(kept)) throw sessionEnded()
        return live.filter((id) => id !== kept)
      })
      for (const id of ended ?? []) announce(id, userId, reason)
      await deleteTokens(db, ended ?? [])
      return ended !== undefined
    },

    /** Returns the live sessions of a user, newest first. */
    async list(userId: string): Promise<SessionView[]> {
      const rows = await db.read.session.findMany({
        where: { userId, ...momentAt(new Date(now ? now() : Date.now())).live },
        orderBy: { id: 'desc' },
        take: MAX_SESSIONS,
      })
      return rows.map(viewSession)
    },
  }
}
