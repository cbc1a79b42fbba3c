import { recordAudit } from '../audit/record-audit.js'
import type { Role, UserView } from '../contract/user.js'
import type { Db } from '../db/db.js'
import { isUniqueViolation } from '../db/driver-error.js'
import { accountGone, emailTaken, mfaRequired, overloaded, Problem, problems } from '../errors.js'
import { newId } from '../ids.js'
import { newMail, type Outbox } from '../mail/outbox.js'
import type { EventLog } from '../stream/log.js'
import { type Origin, originOfUser } from '../stream/origin.js'
import { AuthnFailure } from './authn-failure.js'
import { createPasswordChange, type Guess } from './change-password.js'
import { createEmails } from './emails.js'
import { createOwnErasure } from './erase-own.js'
import { exportUser } from './export-user.js'
import { createGuessing, type Guessed } from './guessing.js'
import type { FailureBudget } from './lockout/failure-budget.js'
import type { KnownDevices } from './lockout/known-devices.js'
import type { Lockout } from './lockout/lockout.js'
import { createMfaTokens } from './mfa/mfa-tokens.js'
import type { SecretBox } from './mfa/secret-box.js'
import type { Passwords } from './passwords/hashing.js'
import { createHashRenewals } from './passwords/renew-hashes.js'
import { createPasswordReset } from './reset-password.js'
import { type ClientInfo, clientKeyOf, type SignedIn } from './sessions/session.js'
import type { Sessions } from './sessions/sessions.js'
import { normalEmail, viewUser } from './user.js'
import { userEvent } from './users/user-events.js'
import { insertUser } from './users/user-terms.js'
import { createEmailVerification } from './verify-email.js'
import { createVouching } from './vouched-email.js'

export interface AccountOptions {
  db: Db
  eventLog: EventLog
  passwords: Passwords
  lockout: Lockout
  /** See GuessingOptions. */
  devices?: KnownDevices
  failures?: FailureBudget | undefined
  sessions: Sessions
  /** The mails to be sent; undefined if none can be sent. */
  outbox?: Outbox | undefined
  /** The name of the shop, which must not serve as a password. */
  shopName?: string
  /** Decrypts the kept answers to requests, for erasure. */
  answerBox?: SecretBox | undefined
  /** Called if an outdated hash could not be renewed; the next sign-in tries again. */
  onRenewalError?: (error: unknown) => void
}

export interface Credentials {
  email: string
  password: string
}

/** Attempts per sign-in if the password hash changes concurrently. */
const MAX_ATTEMPTS = 3

/** Registers users and signs them in. */
export function createAccounts(options: AccountOptions) {
  const { db, eventLog, passwords, sessions, outbox, answerBox } = options
  const { shopName = '', onRenewalError = () => {} } = options
  const guessing = createGuessing(options)
  const renewals = createHashRenewals({ db, passwords, onError: onRenewalError })
  const mfaTokens = createMfaTokens({ db })

  /**
   * Verifies a password as a guess and returns its user.
   * @param refusal tells the client that it is wrong
   * @throws Problem `invalid-credentials`, `account-locked`, `rate-limited`, `overloaded`
   */
  const guess: Guess = async (email, password, client, refusal) => {
    let userId: string | undefined
    const check = async ({ user: row, known }: Guessed) => {
      userId = row?.id
      const turn = { client: clientKeyOf(client), known, signal: client.signal }
      const right = await passwords.verify(password, row?.password, turn)
      return right ? row : undefined
    }
    const user = await guessing.guess(email, client, check, ({ mfa }) => !mfa)
    if (user) return user
    const reason = userId === undefined ? 'unknown-account' : 'wrong-password'
    throw new Problem(problems.invalidCredentials, refusal, {
      cause: new AuthnFailure({ userId, email, reason }),
    })
  }

  return {
    sessions,
    renewals,
    guessing,
    mfaTokens,
    guess,

    /**
     * Registers a customer, and queues the mail to verify their address, if mail can be sent; or makes for an operator a
     * user of another role, whose address counts as verified.
     * @param person must have a valid password (see passwordFault)
     * @param client the requesting client, for fair queueing
     * @param madeBy the operator acting for the person, and the role
     * @throws Problem `email-taken`, `overloaded`
     */
    async register(
      person: Credentials & { name: string },
      client?: ClientInfo,
      madeBy?: { origin: Origin; role: Role },
    ): Promise<UserView> {
      const turn = client && { client: clientKeyOf(client), signal: client.signal }
      const password = await passwords.hash(person.password, turn)
      const id = newId()
      const email = normalEmail(person.email)
      const mail = newMail('email-verification', id, email)
      const at = new Date()
      try {
        const row = await db.write(async (tx, inDoubt) => {
          const user = await insertUser(tx, {
            id,
            name: person.name,
            email,
            emailVerified: madeBy !== undefined,
            password,
            role: madeBy?.role ?? 'customer',
            createdAt: at,
            updatedAt: at,
          })
          if (madeBy) {
            const details = { role: madeBy.role }
            await recordAudit(tx, { origin: madeBy.origin, action: 'user.created', subject: id, details })
          } else if (outbox && !(await outbox.isFull(tx, mail.kind, email)))
            await outbox.queue(tx, mail, inDoubt)
          const origin = madeBy?.origin ?? originOfUser(id, client?.requestId)
          const drafts = [userEvent('user:created', user, origin)]
          await eventLog.append(tx, drafts, at.getTime())
          return user
        })
        return viewUser(row)
      } catch (cause) {
        if (!isUniqueViolation(cause)) throw cause
        // An earlier attempt may have created this account and lost the answer to its commit.
        const created = await db.read.user.findUnique({ where: { id } })
        if (created) return viewUser(created)
        throw emailTaken(cause)
      }
    },

    /**
     * Opens a session. A wrong password and an unknown email get the same answer in the same time.
     * @throws Problem `mfa-required`, with the token of the second step, if the user has a second factor;
     * `invalid-credentials`, `account-locked`, `account-disabled`, `rate-limited`, `overloaded`
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
    ...createEmails({ db, eventLog, outbox, guess }),
    ...createEmailVerification({ db, eventLog, sessions }),
    ...createVouching({ db, eventLog, sessions }),
    ...createOwnErasure({ db, eventLog, sessions, guess, answerBox }),
    ...createPasswordReset({ db, passwords, sessions, shopName }),

    /** Whether any user is an admin: one index lookup. */
    async hasAdmin(): Promise<boolean> {
      const admin = await db.read.user.findFirst({ where: { role: 'admin' }, select: { id: true } })
      return admin !== null
    },

    /**
     * Returns everything kept of the user `id` as one JSON document, in parts.
     * @throws Problem `unauthenticated` if the user is gone
     */
    async exportOwn(id: string): Promise<AsyncIterable<string>> {
      const user = await db.read.user.findUnique({ where: { id, erasedAt: null } })
      if (!user) throw accountGone()
      return exportUser(db, user)
    },

    /** Returns the user `id`, or undefined if deleted. */
    async find(id: string): Promise<UserView | undefined> {
      const row = await db.read.user.findUnique({ where: { id, erasedAt: null } })
      return row ? viewUser(row) : undefined
    },
  }
}
