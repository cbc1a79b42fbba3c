import { recordAudit } from '../../audit/record-audit.js'
import type { Db } from '../../db/db.js'
import { notFound } from '../../errors.js'
import { type Origin, SYSTEM } from '../../stream/origin.js'
import { liftLock } from '../lockout/lift-lock.js'
import { voidMails } from '../mails/mail-tokens.js'
import type { Sessions } from '../sessions/sessions.js'

/**
 * Sets the password of a user without the current one, lifts the locks on guesses at it, voids mailed links, and
 * ends every session, all in one transaction.
 * @param hash the hash of a valid password (see passwordFault)
 * @param origin the author of the change
 * @throws Problem not-found
 */
export async function setPassword(
  { db, sessions }: { db: Db; sessions: Sessions },
  userId: string,
  hash: string,
  origin: Origin = SYSTEM,
): Promise<void> {
  const isDone = await sessions.endAll(userId, async (tx, inDoubt) => {
    await db.dialect.holdUser(tx, userId)
    const user = await tx.user.findUnique({ where: { id: userId } })
    if (!user || user.erasedAt) return false
    if (inDoubt && user.password === hash) return true
    await tx.user.update({ where: { id: userId }, data: { password: hash, updatedAt: new Date() } })
    await liftLock(tx, userId)
    await voidMails(tx, userId)
    await recordAudit(tx, { origin, action: 'user.password-changed', subject: userId })
    return true
  })
  if (!isDone) throw notFound('user')
}
