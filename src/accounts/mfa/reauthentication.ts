import type { User } from '#prisma'
import type { Db } from '../../db/db.js'
import { accountGone, Problem, problems } from '../../errors.js'
import type { Guess } from '../change-password.js'
import type { ClientInfo } from '../sessions/session.js'

/** A sign-in is recent for this long. */
const RECENT_MS = 10 * 60 * 1000

export interface ReauthenticationOptions {
  db: Db
  /** Verifies a password under the lockout. */
  guess: Guess
}

/** The caller of a change: a user and the session of the request, which stays. */
export interface Caller {
  userId: string
  sessionId: string
  /** The id of the request, for the audit trail. */
  requestId?: string
}

export type Reauthentication = ReturnType<typeof createReauthentication>

/** Has callers prove their identity before they change their second factors. */
export function createReauthentication({ db, guess }: ReauthenticationOptions) {
  /** Returns the user `id`. @throws Problem `unauthenticated` if the user is gone */
  const find = async (id: string): Promise<User> => {
    const user = await db.read.user.findUnique({ where: { id } })
    if (!user) throw accountGone()
    return user
  }

  /** Verifies the password of the user `userId`. @throws Problem `invalid-credentials`, `account-locked`, `overloaded` */
  const byPassword = async (userId: string, password: string, client: ClientInfo): Promise<User> => {
    const { email } = await find(userId)
    const user = await guess(email, password, client, 'The password is wrong.')
    // Another user may have got the email address since it was read.
    if (user.id !== userId) throw accountGone()
    return user
  }

  /**
   * Returns the user whose session began in the last 10 minutes.
   * @param detail what the caller may do otherwise
   * @throws Problem `recent-sign-in-required`, `unauthenticated`
   */
  const bySignIn = async ({ userId, sessionId }: Caller, detail: string): Promise<User> => {
    const session = await db.read.session.findUnique({ where: { id: sessionId } })
    const since = (await db.dialect.now(db.read)) - RECENT_MS
    if (!session || session.createdAt.getTime() < since)
      throw new Problem(problems.recentSignInRequired, detail)
    return find(userId)
  }

  return {
    find,
    byPassword,
    bySignIn,

    /**
     * Verifies the password if there is one; otherwise the session must have begun in the last 10 minutes.
     * @throws Problem `recent-sign-in-required`; else as byPassword
     */
    byPasswordOrSignIn: (caller: Caller, password: string | undefined, client: ClientInfo): Promise<User> =>
      password === undefined
        ? bySignIn(caller, 'You signed in more than 10 minutes ago: send your password.')
        : byPassword(caller.userId, password, client),
  }
}
