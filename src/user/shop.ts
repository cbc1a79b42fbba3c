import { existsSync } from 'node:fs'
import type { User } from '#prisma'
import { createAccounts } from '../accounts/accounts.js'
import { createLockout } from '../accounts/lockout/lockout.js'
import { createPasswords } from '../accounts/passwords/hashing.js'
import { loadRevokedSessions } from '../accounts/sessions/revoked-sessions.js'
import { createSessions } from '../accounts/sessions/sessions.js'
import { createUsers } from '../accounts/users/users.js'
import type { Config } from '../config.js'
import { databaseFile, isServer, migrate, openDb } from '../db/open.js'
import { createEventLog } from '../stream/log.js'

export type Shop = Awaited<ReturnType<typeof openShop>>

/**
 * Opens the engines of accounts on the configured database, beside its servers: they read ended sessions, keys
 * and locks from the database.
 */
export async function openShop({ databaseUrl: url, bcryptCost, sessionIdleMs, shopName }: Config) {
  // Opening a missing file would create it.
  if (!isServer(url) && !existsSync(databaseFile(url)))
    throw new Error(`there is no file ${databaseFile(url)}: a first start makes it.`)
  const applied = await migrate(url)
  if (applied.length > 0) console.error(`Applied ${applied.join(', ')}.`)
  const db = await openDb(url)
  const eventLog = createEventLog(db)
  await eventLog.open()
  const passwords = createPasswords({ cost: bcryptCost, maxWaiting: 1 })
  const sessions = createSessions({ db, revoked: await loadRevokedSessions(db), idleMs: sessionIdleMs })
  return {
    db,
    eventLog,
    passwords,
    sessions,
    shopName,
    accounts: createAccounts({ db, eventLog, passwords, sessions, lockout: createLockout(), shopName }),
    // Servers look for changed keys by themselves.
    users: createUsers({ db, eventLog, sessions, onKeysChange: async () => undefined }),

    /** Returns the user of `email`. @throws Error if there is no such user */
    async userOf(email: string): Promise<User> {
      const user = await db.read.user.findUnique({ where: { email } })
      if (!user) throw new Error(`no account has the address ${email}.`)
      return user
    },

    async close(): Promise<void> {
      await passwords.close()
      await db.close()
    },
  }
}
