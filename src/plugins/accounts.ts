import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { type Credentials, createAccounts } from '../accounts/accounts.js'
import { type AdminChange, ensureAdmin, makeFirstAdmin } from '../accounts/first-admin.js'
import { createFailureBudget, FAILURE_WINDOW_SECONDS } from '../accounts/lockout/failure-budget.js'
import type { Guesses } from '../accounts/lockout/guesses.js'
import { createLocalGuesses } from '../accounts/lockout/local-guesses.js'
import { createLockout } from '../accounts/lockout/lockout.js'
import { createSharedGuesses } from '../accounts/lockout/shared-guesses.js'
import { pruneMfaTokens } from '../accounts/mfa/mfa-tokens.js'
import { pruneChallenges } from '../accounts/passkeys/challenges.js'
import { createPasswords } from '../accounts/passwords/hashing.js'
import { noteCosts } from '../accounts/passwords/note-costs.js'
import { pruneSessions } from '../accounts/sessions/prune-sessions.js'
import { createSessions } from '../accounts/sessions/sessions.js'
import { watchRevocations } from '../accounts/sessions/watch-revocations.js'
import { createGuessClient, guessMethods } from '../workers/guess-client.js'

declare module 'fastify' {
  interface FastifyInstance {
    accounts: ReturnType<typeof createAccounts> & {
      /** The admin made by this start, with the password, told this once. */
      firstAdmin: Credentials | undefined
    }
  }
}

/** At the standard cost about half a minute of work for two cores. */
const HASHES_WAITING_MAX = 256
const PRUNE_EVERY_MS = 60 * 60 * 1000
// A session ended by another process lives on here for no longer than this and a query.
const LOOK_EVERY_MS = 500

/** Logs how the settings have changed the admin. */
function tellAdminChange({ tell }: FastifyInstance['securityLog'], change: AdminChange): void {
  const who = { userId: change.id, by: 'settings' }
  if (change.created) return tell('user_created', { ...who, role: 'admin' })
  if (change.password) tell('authn_password_change', who)
  if (change.role) tell('privilege_permissions_changed', { ...who, role: 'admin' })
}

/** An address may fail as often in an hour as it may ask in a minute. */
function failureBudgetOf({ config: { authRateLimitMax: max }, createHitCounter }: FastifyInstance) {
  if (max === 0) return undefined
  const counter = { name: 'failed-sign-ins', windowSeconds: FAILURE_WINDOW_SECONDS }
  return createFailureBudget({ max, count: createHitCounter(counter) })
}

/** Returns the guesses of all processes that can be counted together. */
function guessesOf({ redis, siblings }: FastifyInstance): Guesses {
  const own = createLocalGuesses()
  if (redis) return createSharedGuesses(redis, own)
  if (siblings?.role === 'worker') return createGuessClient(siblings, own)
  siblings?.serve(guessMethods(own))
  return own
}

/** Decorates `app.accounts` with users and their sessions, sees to the first admin, and tidies up old sessions. */
export default fp(
  async (app) => {
    const { db, eventLog, config } = app
    const wakeups = app.redis ?? app.siblings
    const { revokedSessions: revoked, devices } = app.auth
    const passwords = createPasswords({
      cost: config.bcryptCost,
      niceness: config.bcryptNiceness,
      maxWaiting: HASHES_WAITING_MAX,
    })
    const sessions = createSessions({ db, revoked, idleMs: config.sessionIdleMs })
    const lockout = createLockout({ guesses: guessesOf(app) })
    const onRenewalError = (err: unknown) =>
      app.log.warn({ err }, 'the hash of a password could not be renewed')
    const { shopName } = config
    const accounts = createAccounts({
      db,
      eventLog,
      outbox: app.mail.outbox,
      passwords,
      sessions,
      lockout,
      devices,
      failures: failureBudgetOf(app),
      shopName,
      answerBox: app.answerBox,
      onRenewalError,
    })

    sessions.events.on('ended', (sessionId, userId, reason) => {
      // The others are told with their request.
      if (reason !== 'signed-out' && reason !== 'token-reuse')
        app.securityLog.tell('authn_token_revoked', { userId, sessionId, reason })
    })

    let firstAdmin: Credentials | undefined
    const engines = { db, eventLog, passwords, sessions }
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
        .then(async (at) => {
          await pruneSessions(db, at, closing.signal)
          await pruneMfaTokens(db, at, closing.signal)
          await pruneChallenges(db, at, closing.signal)
        })
        .catch((err) => app.log.error({ err }, 'old sessions could not be deleted'))
    }
    const timer = app.hasJobs ? setInterval(prune, PRUNE_EVERY_MS).unref() : undefined
    const noting = noteCosts(db, passwords, closing.signal).catch((err) =>
      app.log.error({ err }, 'the costs of password hashes could not be read'),
    )

    const watch = watchRevocations({
      revoked,
      everyMs: LOOK_EVERY_MS,
      onRevoked: ({ id, userId }) => void sessions.events.emit('revoked', id, userId),
      onError: (err) => app.log.error({ err }, 'sessions ended by other processes could not be read'),
    })
    sessions.events.on('ended', () => wakeups?.publish('sessions'))
    wakeups?.subscribe('sessions', watch.wake)
    wakeups?.onChange(watch.wake)
    app.addHook('onClose', async () => {
      clearInterval(timer)
      closing.abort()
      await Promise.all([pruning, noting, watch.stop(), accounts.renewals.stop(), passwords.close()])
    })
  },
  {
    name: 'accounts',
    dependencies: [
      'config',
      'security-log',
      'db',
      'event-log',
      'auth',
      'redis',
      'hit-counters',
      'mail',
      'idempotency',
    ],
  },
)
