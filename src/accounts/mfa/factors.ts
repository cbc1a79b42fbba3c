import type { User } from '#prisma'
import { recordAudit } from '../../audit/record-audit.js'
import type { Db } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'
import { accountGone } from '../../errors.js'
import { originOfUser } from '../../stream/origin.js'

/** Locks a user, so that changes of second factors take turns. @throws Problem `unauthenticated` if the user is gone */
export async function lockUser(db: Db, tx: Tx, userId: string): Promise<User> {
  await db.dialect.lockUsers(tx, [userId], true)
  const user = await tx.user.findUnique({ where: { id: userId } })
  if (!user) throw accountGone()
  return user
}

/** A change of a user's second factors, for the audit trail. */
export interface FactorChange {
  change: 'added' | 'removed'
  factor: 'totp' | 'passkey'
  /** The request that makes it. */
  requestId?: string | undefined
}

/**
 * Notes that a user added or removed a second factor, and whether any is left. Call it in the transaction that does so, with
 * the user locked. The recovery codes of a user without any factor are deleted.
 * @returns the user
 */
export async function noteFactors(
  tx: Tx,
  userId: string,
  { change, factor, requestId }: FactorChange,
): Promise<User> {
  const origin = originOfUser(userId, requestId)
  const action = `user.factor-${change}` as const
  await recordAudit(tx, { origin, action, subject: userId, details: { factor } })
  const mfa =
    (await tx.totp.count({ where: { userId, confirmedAt: { not: null } } })) > 0 ||
    (await tx.passkey.count({ where: { userId } })) > 0
  const user = await tx.user.update({ where: { id: userId }, data: { mfa, updatedAt: new Date() } })
  if (!mfa) await tx.recoveryCode.deleteMany({ where: { userId } })
  return user
}
