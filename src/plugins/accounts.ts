import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { type Credentials, createAccounts } from '../accounts/accounts.js'
import { type AdminChange, ensureAdmin, makeFirstAdmin } from '../accounts/first-admin.js'
import { createLockout } from '../accounts/lockout.js'
import { createOwnGuesses } from '../accounts/own-guesses.js'
import { createPasswords } from '../accounts/passwords.js'
import { pruneSessions } from '../accounts/prune-sessions.js'
import { createSessions } from '../accounts/sessions.js'
import { createSharedGuesses } from '../accounts/shared-guesses.js'
import { watchRevocations } from '../accounts/watch-revocations.js'

declare module 'fastify' {
  interface FastifyInstance {
    accounts: ReturnType<typeof createAccounts> & {
      /** The admin that this start made, with the password that is told this once. */
      firstAdmin: Credentials | undefined
    }
  }
}

/** At the standard cost about half a minute of work for two cores. */
const HASHES_WAITING_MAX = 256
const PRUNE_EVERY_MS = 60 * 60 * 1000
// A session that another process ends lives on here for no longer than this and a query.
const LOOK_EVERY_MS = 500

/** Tells what the settings have changed of the admin. */
function tellAdminChange({ tell }: FastifyInstance['securityLog'], change: AdminChange): void {
  const who = { userId: change.id, by: 'settings' }
  if (change.created) return tell('user_created', { ...who, role: 'admin' })
  if (change.password) tell('authn_password_change', who)
  if (change.role) tell('privilege_permissions_changed', { ...who, role: 'admin' })
}

/** Decorates `app.accounts` with users and their sessions, sees to the first admin, and tidies up old sessions. */
export default fp(
  async (app) => {
    const { db, revokedSessions: revoked, config, redis } = app
    const passwords = createPasswords({ cost: config.bcryptCost, maxWaiting: HASHES_WAITING_MAX })
    const sessions = createSessions({ db, revoked })
    const ownGuesses = createOwnGuesses()
    const lockout = createLockout({ guesses: redis ? createSharedGuesses(redis, ownGuesses) : ownGuesses })
    const accounts = createAccounts({ db, passwords, sessions, lockout })

    sessions.events.on('ended', (sessionId, userId, reason) => {
      // The others are told with the request that caused them.
      if (reason !== 'signed-out' && reason !== 'token-reuse')
        app.securityLog.tell('authn_token_revoked', { userId, sessionId, reason })
    })

    let firstAdmin: Credentials | undefined
    const engines = { db, passwords, sessions }
    if (config.admin) {
      const change = await ensureAdmin(engines, config.admin)
      if (change) tellAdminChange(app.securityLog, change)
    } else if (!config.production) firstAdmin = await makeFirstAdmin(engines)
    if (firstAdmin) app.securityLog.tell('user_created', { role: 'admin', by: 'first start' })
    app.decorate('accounts', { ...accounts, firstAdmin })

    const closing = new AbortController()
    let pruning = Promise.resolve()
    const prune = () => {
      pruning = db.dialect
        .now(db.read)
        .then((at) => pruneSessions(db, at, closing.signal))
        .catch((err) => app.log.error({ err }, 'old sessions could not be deleted'))
    }
    const timer = setInterval(prune, PRUNE_EVERY_MS).unref()

    const watch = watchRevocations({
      revoked,
      everyMs: LOOK_EVERY_MS,
      onRevoked: (sessionId, userId) => sessions.events.emit('revoked', sessionId, userId),
      onError: (err) => app.log.error({ err }, 'sessions ended by other processes could not be read'),
    })
    sessions.events.on('ended', () => redis?.tell('sessions'))
    redis?.onTold('sessions', watch.wake)
    redis?.onChange(watch.wake)
    app.addHook('onClose', async () => {
      clearInterval(timer)
      closing.abort()
      await Promise.all([pruning, watch.stop(), passwords.close()])
    })
  },
  { name: 'accounts', dependencies: ['config', 'security-log', 'db', 'auth', 'redis'] },
)
