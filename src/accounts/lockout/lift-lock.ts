import type { Tx } from '../../db/transaction.js'

/**
 * Lifts the locks on guesses at the password of a user, in `tx`. Guesses are counted under the number of unlocks, which
 * is read before each guess, so this takes effect on every process with the commit, with or without Redis.
 */
export async function liftLock(tx: Tx, userId: string): Promise<void> {
  await tx.user.updateMany({ where: { id: userId }, data: { unlocks: { increment: 1 } } })
}
