import type { Db } from '../db/db.js'
import { isForeignKeyViolation } from '../db/driver-error.js'
import { accountGone } from '../errors.js'

/**
 * Awaits `change`, translating a foreign-key violation caused by a deleted user. An access token outlives its user, and
 * the user's existence is checked only once the database rejects the reference.
 * @throws Problem unauthenticated if the user `userId` is gone; else the error of `change`
 */
export async function refuseGone<T>(db: Db, userId: string, change: Promise<T>): Promise<T> {
  try {
    return await change
  } catch (error) {
    if (isForeignKeyViolation(error) && (await db.read.user.count({ where: { id: userId } })) === 0)
      throw accountGone()
    throw error
  }
}
