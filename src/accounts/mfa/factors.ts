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

/**
 * Removes every second factor of a user who has just proved to own the address, and whose address was not verified before: whoever
 * registered somebody else's address must not keep a way in, nor keep the owner out (account pre-hijacking; Sudhodanan and
 * Paverd, USENIX Security 2022).
 */
export async function dropFactors(tx: Tx, userId: string, requestId?: string): Promise<void> {
  const origin = originOfUser(userId, requestId)
  const action = 'user.factor-removed' as const
  const totps = await tx.totp.deleteMany({ where: { userId } })
  const passkeys = await tx.passkey.deleteMany({ where: { userId } })
  await tx.recoveryCode.deleteMany({ where: { userId } })
  await tx.mfaToken.deleteMany({ where: { userId } })
  await tx.user.update({ where: { id: userId }, data: { mfa: false } })
  for (const [factor, { count }] of [
    ['totp', totps],
    ['passkey', passkeys],
  ] as const)
    if (count > 0) await recordAudit(tx, { origin, action, subject: userId, details: { factor, by: 'mail' } })
}
