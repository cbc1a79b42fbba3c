import type { User } from '#prisma'
import { recordAudit } from '../../audit/record-audit.js'
import type { FactorsView } from '../../contract/user.js'
import type { Db, Reader } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'
import { accountGone } from '../../errors.js'
import { type Origin, originOfUser } from '../../stream/origin.js'

/** Locks a user, so changes of second factors take turns. @throws Problem `unauthenticated` if the user is gone */
export async function lockUser(db: Db, tx: Tx, userId: string): Promise<User> {
  await db.dialect.lockUsers(tx, [userId], true)
  const user = await tx.user.findUnique({ where: { id: userId } })
  if (!user) throw accountGone()
  return user
}

/** Returns the second factors of a user. */
export async function readFactors(
  reader: Pick<Reader, 'totp' | 'passkey' | 'recoveryCode'>,
  userId: string,
): Promise<FactorsView> {
  const where = { userId }
  return {
    totp: (await reader.totp.count({ where: { ...where, confirmedAt: { not: null } } })) > 0,
    passkeys: await reader.passkey.count({ where }),
    recoveryCodesLeft: await reader.recoveryCode.count({ where }),
  }
}

/** A change of a user's second factors, for the audit trail. */
export interface FactorChange {
  change: 'added' | 'removed'
  factor: 'totp' | 'passkey'
  /** Its request. */
  requestId?: string | undefined
}

/**
 * Notes a second factor added or removed by its user, and whether any is left. Call it in the same transaction, with
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
  const { totp, passkeys } = await readFactors(tx, userId)
  const mfa = totp || passkeys > 0
  const user = await tx.user.update({ where: { id: userId }, data: { mfa, updatedAt: new Date() } })
  if (!mfa) await tx.recoveryCode.deleteMany({ where: { userId } })
  return user
}

/** The author of a removal of every second factor, and their right to it, for the audit trail. */
export interface FactorReset {
  origin: Origin
  /** A mailed link, an operator at the command line, or the application that the shop is part of. */
  by: 'mail' | 'operator' | 'application'
}

/**
 * Removes every second factor of a user, recovery codes included, and voids sign-ins waiting for their second step.
 */
export async function dropFactors(tx: Tx, userId: string, { origin, by }: FactorReset): Promise<void> {
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
    if (count > 0) await recordAudit(tx, { origin, action, subject: userId, details: { factor, by } })
}
