import { isForeignKeyViolation } from '../db/driver-error.js'
import type { Db } from '../db/types.js'
import { accountGone } from '../errors.js'

/**
 * What `change` gives, which the user `userId` makes. Their token outlives them, and whether they are there is asked
 * only when the database refuses what refers to them.
 * @throws Problem unauthenticated when they are gone; else what `change` throws.
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
