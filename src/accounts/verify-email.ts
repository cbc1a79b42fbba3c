import type { MailToken } from '#prisma'
import { recordAudit } from '../audit/record-audit.js'
import type { Db } from '../db/db.js'
import { isUniqueViolation } from '../db/driver-error.js'
import type { Tx } from '../db/transaction.js'
import { emailTaken, invalidToken } from '../errors.js'
import type { EventLog } from '../stream/log.js'
import { type Origin, originOfUser } from '../stream/origin.js'
import { continueAsReset, findToken, spendToken, voidMails } from './mails/mail-tokens.js'
import { dropFactors } from './mfa/factors.js'
import { NO_PASSWORD } from './passwords/no-password.js'
import type { Sessions } from './sessions/sessions.js'
import { userEvent } from './users/user-events.js'
import { indexUser } from './users/user-terms.js'

export interface EmailVerificationOptions {
  db: Db
  eventLog: EventLog
  sessions: Sessions
}

/** Where a mailed link was followed. */
export interface Follower {
  /** The user who is signed in there. */
  signedInAs?: string | undefined
  /** The request, for the log. */
  requestId?: string | undefined
}

/** A verified address. */
export interface VerifiedEmail {
  userId: string
  /** Whether it has replaced another one. */
  isNew: boolean
  /** Whether the password was removed: the same token now sets one (see resetPassword). */
  needsPassword: boolean
}

/** Verifies email addresses by mailed links. */
export function createEmailVerification({ db, eventLog, sessions }: EmailVerificationOptions) {
  /**
   * Removes everything with which somebody could sign in to an account before its address was proved, and lets `token` set a
   * password. An attacker who registered another person's address must neither keep access nor lock the owner out (account
   * pre-hijacking; Sudhodanan and Paverd, USENIX Security 2022).
   */
  const disown = async (tx: Tx, token: string, row: MailToken, origin: Origin): Promise<void> => {
    const { userId } = row
    await dropFactors(tx, userId, { origin, by: 'mail' })
    await voidMails(tx, userId)
    await continueAsReset(tx, token, row, await db.dialect.now(tx))
    const details = { by: 'mail' }
    await recordAudit(tx, { origin, action: 'user.password-removed', subject: userId, details })
  }

  return {
    /**
     * Verifies the address that `token` was mailed to; it becomes the user's if it is a new one. Links that reset the password
     * and were mailed to the former address are void then. The first proof of an address by somebody who is not signed in to
     * the account removes its password and second factors, and ends its sessions: a stranger may have set them up. The token is
     * then valid once more, for setting a password.
     * @throws Problem `invalid-token`; `email-taken` if another account has got the address meanwhile
     */
    async verifyEmail(token: string, { signedInAs, requestId }: Follower = {}): Promise<VerifiedEmail> {
      const found = await findToken(db.read, token, 'verification', await db.dialect.now(db.read))
      if (!found) throw invalidToken()
      const { userId } = found
      let done: VerifiedEmail | undefined
      const verify = async (tx: Tx, inDoubt: boolean) => {
        await db.dialect.lockUsers(tx, [userId], true)
        const row = await findToken(tx, token, 'verification', await db.dialect.now(tx))
        // The token is gone if the attempt before was committed.
        if (!row) return inDoubt && done ? 'keep' : false
        const before = await tx.user.findUnique({ where: { id: userId } })
        if (!before || !(await spendToken(tx, row))) return false
        const origin = originOfUser(userId, requestId)
        const needsPassword = !before.emailVerified && signedInAs !== userId
        const { email } = row
        const isNew = before.email !== email
        if (needsPassword) await disown(tx, token, row, origin)
        else if (isNew) await tx.mailToken.deleteMany({ where: { userId } })
        const password = needsPassword ? NO_PASSWORD : before.password
        const data = { email, emailVerified: true, password, updatedAt: new Date() }
        const after = await tx.user.update({ where: { id: userId }, data })
        if (isNew) await indexUser(tx, after)
        const action = isNew ? 'user.email-changed' : 'user.email-verified'
        await recordAudit(tx, { origin, action, subject: userId })
        await eventLog.append(tx, [userEvent('user:updated', after, origin)], after.updatedAt.getTime())
        done = { userId, isNew, needsPassword }
        return needsPassword || 'keep'
      }
      const isVerified = await sessions.endAll(userId, verify).catch((cause) => {
        throw isUniqueViolation(cause) ? emailTaken(cause) : cause
      })
      if (!isVerified || !done) throw invalidToken()
      return done
    },
  }
}
