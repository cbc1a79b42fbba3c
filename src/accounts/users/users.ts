import { type AuditAction, recordAudit } from '../../audit/record-audit.js'
import type { ManagedUserView } from '../../contract/user.js'
import { type Db, onReplicas } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'
import { notFound } from '../../errors.js'
import type { Remember } from '../../idempotency/remember.js'
import { isId, newId } from '../../ids.js'
import type { EventLog } from '../../stream/log.js'
import { type Origin, SYSTEM } from '../../stream/origin.js'
import { liftLock } from '../lockout/lift-lock.js'
import type { SecretBox } from '../mfa/secret-box.js'
import type { Sessions } from '../sessions/sessions.js'
import { changeUser, type UserChange, type UserChanges } from './change-user.js'
import { eraseUser } from './erase-user.js'
import { listUsers, type UserQuery } from './list-users.js'
import { viewUsers } from './managed-user.js'

export interface UsersOptions {
  db: Db
  eventLog: EventLog
  sessions: Sessions
  /** Decrypts the kept answers to requests, for erasure. */
  answerBox?: SecretBox | undefined
  /** Called after the validity of API keys may have changed. */
  onKeysChange(): Promise<void>
}

/** A user as changed, and whether the role is another. */
export interface ChangedUser {
  user: ManagedUserView
  hasNewRole: boolean
}

/** Manages the users of the shop. */
export function createUsers({ db, eventLog, sessions, answerBox, onKeysChange }: UsersOptions) {
  const find = async (id: string) => {
    const user = isId(id) ? await db.read.user.findUnique({ where: { id } }) : null
    if (!user || user.erasedAt) throw notFound('user')
    return user
  }

  const viewChange = async ({ before, after }: UserChange): Promise<ChangedUser> => {
    const [user] = await viewUsers(db, [after])
    if (!user) throw notFound('user')
    return { user, hasNewRole: before.role !== after.role }
  }

  /** Records, once, that something was done to a user that shows in no row of the user. */
  const recordOnce = (action: AuditAction, subject: string, origin: Origin) => {
    const id = newId()
    return async (tx: Tx, inDoubt: boolean): Promise<true> => {
      const isDone = inDoubt && (await tx.auditEntry.findUnique({ where: { id } })) !== null
      if (!isDone) await recordAudit(tx, { origin, action, subject }, id)
      return true
    }
  }

  return {
    /** Returns a page of users. @throws Problem invalid-request */
    list: (query: UserQuery) => listUsers(onReplicas(db), query),

    /** @throws Problem not-found */
    async get(id: string): Promise<ManagedUserView> {
      const [view] = await viewUsers(db, [await find(id)])
      if (!view) throw notFound('user')
      return view
    },

    /**
     * Changes a user. A lower role, or `disabled`, ends the user's sessions on every process within a second.
     * @param origin the author of the change
     * @returns the user, and whether the role changed
     * @throws Problem not-found, last-admin
     */
    async change(
      id: string,
      changes: UserChanges,
      origin: Origin = SYSTEM,
      remember?: Remember<ChangedUser>,
    ): Promise<ChangedUser> {
      if (!isId(id)) throw notFound('user')
      const change = await changeUser(
        { db, eventLog, sessions },
        id,
        changes,
        origin,
        remember && (async (tx, made) => remember(tx, await viewChange(made))),
      )
      await onKeysChange()
      return viewChange(change)
    },

    /**
     * Erases a user, whose sessions and API keys end on every process within a second.
     * @param origin the author of the request
     * @throws Problem not-found, last-admin
     */
    async erase(id: string, origin: Origin = SYSTEM): Promise<void> {
      await find(id)
      await eraseUser({ db, eventLog, sessions, answerBox }, id, origin)
      await onKeysChange()
    },

    /** Ends every session of a user. @throws Problem not-found */
    async endSessions(id: string, origin: Origin = SYSTEM): Promise<void> {
      await find(id)
      await sessions.endAll(id, recordOnce('user.sessions-ended', id, origin), undefined, 'ended-by-admin')
    },

    /** Lifts the locks on guesses at the password of a user, on every process. @throws Problem not-found */
    async unlock(id: string, origin: Origin = SYSTEM, remember?: Remember<void>): Promise<void> {
      await find(id)
      const record = recordOnce('user.unlocked', id, origin)
      await db.write(async (tx, inDoubt) => {
        await liftLock(tx, id)
        await record(tx, inDoubt)
        await remember?.(tx)
      })
    },
  }
}
