import { recordAudit } from '../audit/record-audit.js'
import type { Tx } from '../db/transaction.js'
import { SYSTEM } from '../stream/origin.js'
import { voidMails } from './mails/mail-tokens.js'
import { dropFactors } from './mfa/factors.js'
import { NO_PASSWORD } from './passwords/no-password.js'
import { userEvent } from './users/user-events.js'
import type { EmailVerificationOptions } from './verify-email.js'

/** Takes addresses as proved by the application that the shop is part of. */
export function createVouching({ db, eventLog, sessions }: EmailVerificationOptions) {
  return {
    /**
     * Marks the address of a user as verified. If it was not, a stranger may have registered it: password, second factors,
     * mailed links and sessions from before are removed, as when an address is proved by mail.
     */
    async vouchFor(userId: string): Promise<void> {
      const prove = async (tx: Tx) => {
        await db.dialect.lockUsers(tx, [userId], true)
        const before = await tx.user.findUnique({ where: { id: userId } })
        if (!before || before.emailVerified) return 'keep'
        const [origin, by] = [SYSTEM, 'application'] as const
        await dropFactors(tx, userId, { origin, by })
        await voidMails(tx, userId)
        const data = { emailVerified: true, password: NO_PASSWORD, updatedAt: new Date() }
        const after = await tx.user.update({ where: { id: userId }, data })
        const details = { by }
        await recordAudit(tx, { origin, action: 'user.password-removed', subject: userId, details })
        await recordAudit(tx, { origin, action: 'user.email-verified', subject: userId })
        await eventLog.append(tx, [userEvent('user:updated', after, origin)], after.updatedAt.getTime())
        return true
      }
      await sessions.endAll(userId, prove)
    },
  }
}
