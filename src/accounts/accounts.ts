import type { User } from '#prisma'
import type { UserView } from '../contract/user.js'
import type { Db } from '../db/db.js'
import { isUniqueViolation } from '../db/driver-error.js'
import { accountGone, mfaRequired, overloaded, Problem, problems } from '../errors.js'
import { newId } from '../ids.js'
import type { EventLog } from '../stream/log.js'
import { type Origin, originOfUser } from '../stream/origin.js'
import { AuthnFailure } from './authn-failure.js'
import { createPasswordChange, type Guess } from './change-password.js'
import type { Lockout } from './lockout/lockout.js'
import { createMfaTokens } from './mfa/mfa-tokens.js'
import type { Passwords } from './passwords/hashing.js'
import { createHashRenewals } from './passwords/renew-hashes.js'
import { createPasswordReset } from './reset-password.js'
import { type ClientInfo, clientKeyOf, type SignedIn } from './sessions/session.js'
import type { Sessions } from './sessions/sessions.js'
import { normalEmail, viewUser } from './user.js'
import { userEvent } from './users/user-events.js'
import { indexUser, insertUser } from './users/user-terms.js'

export interface AccountOptions {
  db: Db
  eventLog: EventLog
  passwords: Passwords
  lockout: Lockout
  sessions: Sessions
  /** The name of the shop, of which no password may consist. */
  shopName?: string
  /** Called if an outdated hash could not be renewed; the next sign-in tries again. */
  onRenewalError?: (error: unknown) => void
}

export interface Credentials {
  email: string
  password: string
}

/** Matches no user's id. */
const NO_USER_ID = ''

/** Attempts per sign-in if the password hash changes concurrently. */
const MAX_ATTEMPTS = 3

/** Registers users and signs them in. */
export function createAccounts(options: AccountOptions) {
  const { db, eventLog, passwords, lockout, sessions, shopName = '', onRenewalError = () => {} } = options
  const renewals = createHashRenewals({ db, passwords, onError: onRenewalError })
  const mfaTokens = createMfaTokens({ db })

  /** Whether `client` signed in to the account before. Also queried for unknown accounts, so that timing reveals nothing. */
  const isKnown = async (userId: string | undefined, client: ClientInfo): Promise<boolean> => {
    const where = { userId: userId ?? NO_USER_ID, clientKey: clientKeyOf(client) }
    return (await db.read.session.findFirst({ where, select: { id: true } })) !== null
  }

  /** Returns the user of `email` if `password` matches; `onAccount` receives the user's id either way. */
  const verify = async (
    email: string,
    password: string,
    client: ClientInfo,
    onAccount: (userId: string | undefined) => void,
  ): Promise<User | undefined> => {
    const row = await db.read.user.findUnique({ where: { email } })
    onAccount(row?.id)
    const known = await isKnown(row?.id, client)
    const turn = { client: clientKeyOf(client), known, signal: client.signal }
    const right = await passwords.verify(password, row?.password, turn)
    return row && right ? row : undefined
  }

  /**
   * Verifies a password under the lockout and returns its user.
   * @param refusal tells the client that it is wrong
   * @throws Problem `invalid-credentials`, `account-locked`, `overloaded`
   */
  const guess: Guess = async (email, password, client, refusal) => {
    let userId: string | undefined
    const check = () =>
      verify(email, password, client, (id) => {
        userId = id
      })
    const user = await lockout
      .guess(email, check, ({ mfa }) => !mfa)
      .catch((error) => {
        if (error instanceof Problem && error.code === problems.accountLocked.code)
          error.cause = new AuthnFailure({ email, reason: 'locked' })
        throw error
      })
    if (user) return user
    const reason = userId === undefined ? 'unknown-account' : 'wrong-password'
    throw new Problem(problems.invalidCredentials, refusal, {
      cause: new AuthnFailure({ userId, email, reason }),
    })
  }

  return {
    sessions,
    renewals,
    lockout,
    mfaTokens,
    guess,

    /**
     * Registers a customer.
     * @param person must have a valid password (see passwordFault)
     * @param client the requesting client, for fair queueing
     * @throws Problem `email-taken`, `overloaded`
     */
    async register(person: Credentials & { name: string }, client?: ClientInfo): Promise<UserView> {
      const turn = client && { client: clientKeyOf(client), signal: client.signal }
      const password = await passwords.hash(person.password, turn)
      const id = newId()
      const at = new Date()
      try {
        const row = await db.write(async (tx) => {
          const user = await insertUser(tx, {
            id,
            name: person.name,
            email: normalEmail(person.email),
            password,
            role: 'customer',
            createdAt: at,
            updatedAt: at,
          })
          const drafts = [userEvent('user:created', user, originOfUser(id, client?.requestId))]
          await eventLog.append(tx, drafts, at.getTime())
          return user
        })
        return viewUser(row)
      } catch (cause) {
        if (!isUniqueViolation(cause)) throw cause
        // An earlier attempt may have created this account and lost the answer to its commit.
        const created = await db.read.user.findUnique({ where: { id } })
        if (created) return viewUser(created)
        throw new Problem(problems.emailTaken, 'Another account has this email address.', { cause })
      }
    },

    /**
     * Opens a session. A wrong password and an unknown email get the same answer in the same time.
     * @throws Problem `mfa-required`, with the token of the second step, if the user has a second factor;
     * `invalid-credentials`, `account-locked`, `account-disabled`, `overloaded`
     */
    async signIn(typed: Credentials, client: ClientInfo): Promise<SignedIn> {
      const email = normalEmail(typed.email)
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const user = await guess(email, typed.password, client, 'No account has this email and password.')
        const [opened, pending] = user.mfa
          ? [undefined, await mfaTokens.issue(user)]
          : [await sessions.open(user, client), undefined]
        if (opened || pending) renewals.renew(user, typed.password)
        if (pending) throw mfaRequired(pending)
        if (opened) return opened
        // The user has changed since: by a new or renewed hash of the password, or a second factor.
      }
      throw overloaded(1)
    },

    ...createPasswordChange({ db, passwords, sessions, guess, shopName }),
    ...createPasswordReset({ db, passwords, sessions, lockout, shopName }),

    /** Whether any user is an admin: one index lookup. */
    async hasAdmin(): Promise<boolean> {
      const admin = await db.read.user.findFirst({ where: { role: 'admin' }, select: { id: true } })
      return admin !== null
    },

    /**
     * Changes the user `id`.
     * @param origin who makes the change; the user by default
     * @throws Problem `unauthenticated` if the user is gone
     */
    async update(
      id: string,
      changes: { name?: string },
      origin: Origin = originOfUser(id),
    ): Promise<UserView> {
      const row = await db.write(async (tx) => {
        const at = new Date()
        const { count } = await tx.user.updateMany({
          where: { id, erasedAt: null },
          data: { ...changes, updatedAt: at },
        })
        const changed = count === 0 ? null : await tx.user.findUnique({ where: { id } })
        if (!changed) return null
        await indexUser(tx, changed)
        await eventLog.append(tx, [userEvent('user:updated', changed, origin)], at.getTime())
        return changed
      })
      if (!row) throw accountGone()
      return viewUser(row)
    },

    /** Returns the user `id`, or undefined if deleted. */
    async find(id: string): Promise<UserView | undefined> {
      const row = await db.read.user.findUnique({ where: { id } })
      return row ? viewUser(row) : undefined
    },
  }
}
