import type { Db } from '../../db/db.js'
import { notFound } from '../../errors.js'
import { SYSTEM } from '../../stream/origin.js'
import { dropFactors } from '../mfa/factors.js'
import type { Sessions } from '../sessions/sessions.js'

/**
 * Removes every second factor of a user without them, and ends every session, for an operator. The password stays.
 * @throws Problem not-found
 */
export async function resetMfa(
  { db, sessions }: { db: Db; sessions: Sessions },
  userId: string,
): Promise<void> {
  const isDone = await sessions.endAll(userId, async (tx) => {
    await db.dialect.lockUsers(tx, [userId], true)
    const user = await tx.user.findUnique({ where: { id: userId } })
    if (!user || user.erasedAt) return false
    await dropFactors(tx, userId, { origin: SYSTEM, by: 'operator' })
    return true
  })
  if (!isDone) throw notFound('user')
}
