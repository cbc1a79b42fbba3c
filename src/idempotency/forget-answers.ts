import type { Db } from '../db/db.js'
import { deleteInSteps } from '../db/delete-in-steps.js'
import type { Tx } from '../db/transaction.js'

/** Rows per transaction. */
const STEP = 500

/**
 * Deletes the oldest answers in small transactions: later requests with their keys are new ones.
 * @param before answers given before this time are deleted, in milliseconds since 1970
 * @param signal stops after the current step
 * @returns the number of deleted answers
 */
export function pruneAnswers(db: Db, before: number, signal: AbortSignal): Promise<number> {
  return deleteInSteps(
    {
      step: STEP,
      find: (take) =>
        db.read.idempotencyKey.findMany({
          where: { createdAt: { lt: new Date(before) } },
          orderBy: { createdAt: 'asc' },
          take,
          select: { id: true },
        }),
      remove: (ids) => db.write((tx) => tx.idempotencyKey.deleteMany({ where: { id: { in: ids } } })),
    },
    signal,
  )
}

/** Deletes all answers to a user and to the API keys that the user made. */
export async function forgetAnswers(tx: Tx, userId: string): Promise<void> {
  const keys = await tx.apiKey.findMany({ where: { userId }, select: { id: true } })
  await tx.idempotencyKey.deleteMany({ where: { ownerId: { in: [userId, ...keys.map(({ id }) => id)] } } })
}
