import type { User } from '#prisma'
import type { Tx } from '../../db/transaction.js'

/**
 * Notes whether a user has a second factor. Call it in the transaction that adds or removes one, with the user locked. The
 * recovery codes of a user without any factor are deleted.
 * @returns the user
 */
export async function noteFactors(tx: Tx, userId: string): Promise<User> {
  const mfa = (await tx.totp.count({ where: { userId, confirmedAt: { not: null } } })) > 0
  const user = await tx.user.update({ where: { id: userId }, data: { mfa, updatedAt: new Date() } })
  if (!mfa) await tx.recoveryCode.deleteMany({ where: { userId } })
  return user
}
