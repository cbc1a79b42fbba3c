import type { User } from '#prisma'
import { isUniqueViolation } from '../db/driver-error.js'
import type { Db } from '../db/types.js'
import { overloaded, Problem, problems } from '../errors.js'
import { newId } from '../ids.js'
import { AuthnFailure } from './authn-failure.js'
import type { Lockout } from './lockout.js'
import type { Passwords } from './passwords.js'
import { type ClientInfo, keyOf, type SignedIn } from './session.js'
import type { Sessions } from './sessions.js'
import { normalEmail, type UserView, viewUser } from './user.js'

export interface AccountOptions {
  db: Db
  passwords: Passwords
  lockout: Lockout
  sessions: Sessions
}

export interface Credentials {
  email: string
  password: string
}

/** The id of no user. */
const NOBODY = ''

/** How often a sign-in looks at the password anew when its hash has changed meanwhile. */
const MOST_ATTEMPTS = 3

/** Who may sign in, and their signing in. */
export function createAccounts({ db, passwords, lockout, sessions }: AccountOptions) {
  /** Whether `client` signed in to the account before. It is asked of every account, whether there is one or not. */
  const isKnown = async (userId: string | undefined, client: ClientInfo): Promise<boolean> => {
    const where = { userId: userId ?? NOBODY, clientKey: keyOf(client) }
    return (await db.read.session.findFirst({ where, select: { id: true } })) !== null
  }

  /** The user of `email`, if the password is theirs; `tried` hears whose it would have been. */
  const verify = async (
    email: string,
    password: string,
    client: ClientInfo,
    tried: (userId: string | undefined) => void,
  ): Promise<User | undefined> => {
    const row = await db.read.user.findUnique({ where: { email } })
    tried(row?.id)
    const known = await isKnown(row?.id, client)
    const turn = { client: keyOf(client), known, signal: client.signal }
    const right = await passwords.verify(password, row?.password, turn)
    return row && right ? row : undefined
  }

  /**
   * The user of `email`, whose password it is.
   * @throws Problem `invalid-credentials`, `account-locked`, `overloaded`
   */
  const guess = async (email: string, password: string, client: ClientInfo): Promise<User> => {
    let userId: string | undefined
    const check = () =>
      verify(email, password, client, (id) => {
        userId = id
      })
    const user = await lockout.guess(email, check).catch((error) => {
      if (error instanceof Problem && error.code === problems.accountLocked.code)
        error.cause = new AuthnFailure({ email, reason: 'locked' })
      throw error
    })
    if (user) return user
    const reason = userId === undefined ? 'unknown-account' : 'wrong-password'
    throw new Problem(problems.invalidCredentials, 'No account has this email and password.', {
      cause: new AuthnFailure({ userId, email, reason }),
    })
  }

  return {
    sessions,

    /**
     * Makes a customer.
     * @param person with a password without a fault (see passwordFault)
     * @param client who asks
     * @throws Problem `email-taken`, `overloaded`
     */
    async register(person: Credentials & { name: string }, client?: ClientInfo): Promise<UserView> {
      const turn = client && { client: keyOf(client), signal: client.signal }
      const password = await passwords.hash(person.password, turn)
      const id = newId()
      const at = new Date()
      try {
        const row = await db.write((tx) =>
          tx.user.create({
            data: {
              id,
              name: person.name,
              email: normalEmail(person.email),
              password,
              role: 'customer',
              createdAt: at,
              updatedAt: at,
            },
          }),
        )
        return viewUser(row)
      } catch (cause) {
        if (!isUniqueViolation(cause)) throw cause
        // An earlier attempt may have made this very account, and the answer to its commit been lost.
        const mine = await db.read.user.findUnique({ where: { id } })
        if (mine) return viewUser(mine)
        throw new Problem(problems.emailTaken, 'Another account has this email address.', { cause })
      }
    },

    /**
     * Begins a session. A wrong password and an unknown email are one and the same, and take the same time.
     * @throws Problem `invalid-credentials`, `account-locked`, `overloaded`
     */
    async signIn(typed: Credentials, client: ClientInfo): Promise<SignedIn> {
      const email = normalEmail(typed.email)
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const user = await guess(email, typed.password, client)
        // The plain password is at hand at a sign-in alone.
        const renewed = passwords.isOutdated(user.password)
          ? await passwords.hash(typed.password, { client: keyOf(client), known: true })
          : undefined
        const opened = await sessions.open(user, client, renewed)
        if (opened) return opened
        // The hash has changed since it was read: by a new password, or by another sign-in that renewed it.
      }
      throw overloaded(1)
    },

    /** Whether any user is an admin. One look-up in an index. */
    async hasAdmin(): Promise<boolean> {
      const admin = await db.read.user.findFirst({ where: { role: 'admin' }, select: { id: true } })
      return admin !== null
    },

    /** The user `id`, if there still is one. */
    async find(id: string): Promise<UserView | undefined> {
      const row = await db.read.user.findUnique({ where: { id } })
      return row ? viewUser(row) : undefined
    },
  }
}
