import type { User } from '#prisma'
import { recordAudit } from '../audit/record-audit.js'
import type { Db } from '../db/db.js'
import { accountGone, invalidRequest, overloaded } from '../errors.js'
import type { Remember } from '../idempotency/remember.js'
import { originOfUser } from '../stream/origin.js'
import { voidMails } from './mails/mail-tokens.js'
import type { Passwords } from './passwords/hashing.js'
import { ownWordsFault } from './passwords/own-words.js'
import { type ClientInfo, clientKeyOf } from './sessions/session.js'
import type { Sessions } from './sessions/sessions.js'

/** Verifies a password under the lockout. @param refusal tells the client that it is wrong */
export type Guess = (email: string, password: string, client: ClientInfo, refusal: string) => Promise<User>

export interface PasswordChangeOptions {
  db: Db
  passwords: Passwords
  sessions: Sessions
  guess: Guess
  shopName: string
}

export interface PasswordChange {
  userId: string
  /** The session of the request, which stays. */
  sessionId: string
  currentPassword: string
  /** Must be valid (see passwordFault). */
  newPassword: string
}

/** Attempts per change if the password hash changes concurrently, as when it is renewed. */
const MAX_ATTEMPTS = 3

/** Changes passwords at the request of their owners. */
export function createPasswordChange({ db, passwords, sessions, guess, shopName }: PasswordChangeOptions) {
  /**
   * Sets `hash` if the user still has the verified hash `old`. Ends the other sessions and voids mailed tokens in the same
   * transaction.
   */
  const replace = (
    { userId, sessionId }: PasswordChange,
    old: string,
    hash: string,
    { requestId }: ClientInfo,
    remember: Remember<void> | undefined,
  ): Promise<boolean> =>
    sessions.endAll(
      userId,
      async (tx, inDoubt) => {
        await db.dialect.holdUser(tx, userId)
        const row = await tx.user.findUnique({ where: { id: userId } })
        if (!row) throw accountGone()
        if (inDoubt && row.password === hash) return true
        if (row.password !== old) return false
        await tx.user.update({ where: { id: userId }, data: { password: hash, updatedAt: new Date() } })
        await voidMails(tx, userId)
        const origin = originOfUser(userId, requestId)
        await recordAudit(tx, { origin, action: 'user.password-changed', subject: userId })
        await remember?.(tx)
        return true
      },
      sessionId,
    )

  return {
    /**
     * Changes a password and ends every other session of the user. The current password counts as a guess.
     * @throws Problem `invalid-credentials`, `account-locked`, `invalid-request` for a password of the user's own words,
     * `unauthenticated` if the session has ended or the user is gone, `overloaded`
     */
    async changePassword(
      change: PasswordChange,
      client: ClientInfo,
      remember?: Remember<void>,
    ): Promise<void> {
      const { userId, currentPassword, newPassword } = change
      let hash: string | undefined
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const user = await db.read.user.findUnique({ where: { id: userId } })
        if (!user) throw accountGone()
        const { name, email } = user
        const fault = ownWordsFault(newPassword, { name, email, shop: shopName })
        if (fault) throw invalidRequest([{ path: 'newPassword', message: fault }])
        const verified = await guess(email, currentPassword, client, 'The current password is wrong.')
        // The client has proved to be the owner, so it takes its turn among the known ones.
        hash ??= await passwords.hash(newPassword, {
          client: clientKeyOf(client),
          known: true,
          signal: client.signal,
        })
        // Another user may have got the email address since it was read.
        if (verified.id === userId && (await replace(change, verified.password, hash, client, remember)))
          return
      }
      throw overloaded(1)
    },
  }
}
