import type { Db } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'
import { Problem, problems } from '../../errors.js'

/**
 * Locks the admins until the transaction ends, so that two of them cannot be demoted, disabled or deleted at once. Call it
 * before locks on other users.
 * @returns the ids of the admins that are not disabled
 */
export const lockAdmins = (db: Db, tx: Tx): Promise<string[]> => db.dialect.lockAdmins(tx)

/**
 * @param admins the admins that are not disabled, locked by this transaction
 * @throws Problem last-admin if `userId` is the only one
 */
export function refuseLastAdmin(admins: string[], userId: string): void {
  if (admins.length === 1 && admins[0] === userId)
    throw new Problem(problems.lastAdmin, 'The shop needs an admin: make another user one first.')
}
