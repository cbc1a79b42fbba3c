import type { ManagedUserView } from '../../contract/user.js'
import type { Db } from '../../db/db.js'
import { notFound } from '../../errors.js'
import { isId } from '../../ids.js'
import type { Lockout } from '../lockout/lockout.js'
import type { Sessions } from '../sessions/sessions.js'
import { changeUser, type UserChanges } from './change-user.js'
import { listUsers, type UserQuery } from './list-users.js'
import { viewUsers } from './managed-user.js'

export interface UsersOptions {
  db: Db
  sessions: Sessions
  lockout: Lockout
  /** Called after the validity of API keys may have changed. */
  onKeysChange(): Promise<void>
}

/** Manages the users of the shop. */
export function createUsers({ db, sessions, lockout, onKeysChange }: UsersOptions) {
  const find = async (id: string) => {
    const user = isId(id) ? await db.read.user.findUnique({ where: { id } }) : null
    if (!user) throw notFound('user')
    return user
  }

  return {
    /** Returns a page of users. @throws Problem invalid-request */
    list: (query: UserQuery) => listUsers(db, query),

    /** @throws Problem not-found */
    async get(id: string): Promise<ManagedUserView> {
      const [view] = await viewUsers(db, [await find(id)])
      if (!view) throw notFound('user')
      return view
    },

    /**
     * Changes a user. A lower role, or `disabled`, ends the user's sessions on every process within a second.
     * @returns the user, and whether the role changed
     * @throws Problem not-found, last-admin
     */
    async change(id: string, changes: UserChanges): Promise<{ user: ManagedUserView; hasNewRole: boolean }> {
      if (!isId(id)) throw notFound('user')
      const { before, after } = await changeUser({ db, sessions }, id, changes)
      await onKeysChange()
      const [user] = await viewUsers(db, [after])
      if (!user) throw notFound('user')
      return { user, hasNewRole: before.role !== after.role }
    },

    /** Ends every session of a user. @throws Problem not-found */
    async endSessions(id: string): Promise<void> {
      await find(id)
      await sessions.endAll(id, undefined, undefined, 'ended-by-admin')
    },

    /** Lifts the lock on guesses at the password of a user. @throws Problem not-found */
    async unlock(id: string): Promise<void> {
      const { email } = await find(id)
      await lockout.lift(email)
    },
  }
}
