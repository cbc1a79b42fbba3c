import { EventEmitter } from 'node:events'
import type { User } from '#prisma'
import type { Db, Tx } from '../db/types.js'
import { Problem, problems } from '../errors.js'
import { isId, newId } from '../ids.js'
import { hashOfToken, newRefreshToken, rotateToken } from './refresh-tokens.js'
import type { RevokedSessions } from './revoked-sessions.js'
import { type ClientInfo, clientColumns, type SessionView, type SignedIn, viewSession } from './session.js'
import { SESSION_SECONDS } from './token-life.js'
import { viewUser } from './user.js'

export interface SessionOptions {
  db: Db
  /** Told of each session that is ended, so that its access tokens end with it. */
  revoked: RevokedSessions
  /** Milliseconds since 1970. */
  now?: () => number
}

/** A used token came again: the session that it was stolen from, and whose that is. */
interface Theft {
  sessionId: string
  stolenFrom: string
}

const LISTED_AT_MOST = 1_000

export type Sessions = ReturnType<typeof createSessions>

/** Sign-ins: each a session of 30 days, kept alive by refresh tokens that are good for one use. */
export function createSessions({ db, revoked, now = Date.now }: SessionOptions) {
  const events = new EventEmitter<{ revoked: [sessionId: string, userId: string]; ended: [] }>()

  const isLive = (at: Date) => ({ revokedAt: null, expiresAt: { gt: at } })

  const revoke = async (tx: Tx, id: string, userId: string): Promise<boolean> => {
    const at = new Date(now())
    const { count } = await tx.session.updateMany({
      where: { id, userId, ...isLive(at) },
      data: { revokedAt: at },
    })
    return count === 1
  }

  const announce = (id: string, userId: string) => {
    revoked.add(id)
    events.emit('revoked', id, userId)
    events.emit('ended')
  }

  const end = async (id: string, userId: string): Promise<boolean> => {
    if (!isId(id)) return false
    const ended = await db.write(async (tx, inDoubt) => {
      if (await revoke(tx, id, userId)) return true
      return inDoubt && (await tx.session.count({ where: { id, userId, revokedAt: { not: null } } })) > 0
    })
    if (ended) announce(id, userId)
    return ended
  }

  return {
    /**
     * Emits `revoked` for each session that was ended before its time, once that is committed, and `ended` when it was
     * by this process.
     */
    events,

    /** Begins a session for `user`. */
    async open(user: User, client: ClientInfo): Promise<SignedIn> {
      const sessionId = newId()
      const refreshToken = newRefreshToken()
      const at = new Date(now())
      const expiresAt = new Date(at.getTime() + SESSION_SECONDS * 1000)
      const times = { createdAt: at, lastUsedAt: at, expiresAt }
      await db.write(async (tx, inDoubt) => {
        if (inDoubt && (await tx.session.findUnique({ where: { id: sessionId } }))) return
        await tx.session.create({
          data: { id: sessionId, userId: user.id, ...times, ...clientColumns(client) },
        })
        await tx.refreshToken.create({ data: { hash: hashOfToken(refreshToken), sessionId, createdAt: at } })
      })
      return { user: viewUser(user), sessionId, refreshToken, expiresAt }
    },

    /**
     * Exchanges a refresh token for the next one, and reads the user afresh. A token used twice is taken for stolen
     * and ends its session.
     * @throws Problem `invalid-refresh-token`
     */
    async refresh(token: string, client: ClientInfo): Promise<SignedIn> {
      const outcome = await db.write<SignedIn | Theft | undefined>(async (tx) => {
        const at = new Date(now())
        const row = await tx.refreshToken.findUnique({
          where: { hash: hashOfToken(token) },
          include: { session: { include: { user: true } } },
        })
        if (!row) return undefined
        const { id: sessionId, user, expiresAt } = row.session
        const { count } = await tx.session.updateMany({
          where: { id: sessionId, ...isLive(at) },
          data: { lastUsedAt: at, ...clientColumns(client) },
        })
        if (count === 0) return undefined
        const refreshToken = await rotateToken(tx, token, row, at)
        if (refreshToken !== undefined) return { user: viewUser(user), sessionId, refreshToken, expiresAt }
        await revoke(tx, sessionId, user.id)
        return { sessionId, stolenFrom: user.id }
      })
      if (!outcome) throw new Problem(problems.invalidRefreshToken, 'There is no valid refresh token.')
      if (!('stolenFrom' in outcome)) return outcome
      announce(outcome.sessionId, outcome.stolenFrom)
      throw new Problem(
        problems.invalidRefreshToken,
        'The refresh token was used before: its session has ended.',
      )
    },

    /** Ends the session that `token` belongs to, used or not; false if it belongs to none. */
    async endByToken(token: string): Promise<boolean> {
      const row = await db.read.refreshToken.findUnique({
        where: { hash: hashOfToken(token) },
        include: { session: true },
      })
      if (!row) return false
      await end(row.session.id, row.session.userId)
      return true
    },

    /** Ends a session of the user `userId`; false if they have no such live one. */
    end,

    /** Ends every session of a user. */
    async endAll(userId: string): Promise<void> {
      const ended = await db.write(async (tx) => {
        const at = new Date(now())
        const live = await tx.session.findMany({ where: { userId, ...isLive(at) }, select: { id: true } })
        await tx.session.updateMany({ where: { userId, ...isLive(at) }, data: { revokedAt: at } })
        return live
      })
      for (const { id } of ended) announce(id, userId)
    },

    /** The live sessions of a user, newest first. */
    async list(userId: string): Promise<SessionView[]> {
      const rows = await db.read.session.findMany({
        where: { userId, ...isLive(new Date(now())) },
        orderBy: { id: 'desc' },
        take: LISTED_AT_MOST,
      })
      return rows.map(viewSession)
    },
  }
}
