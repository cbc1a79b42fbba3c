import type { Tx } from '../db/transaction.js'

/**
 * Stores in the transaction of a change that its request has made it, and with what result, so that a retry gets the same
 * answer. It is the last statement of the transaction.
 */
export type Remember<T> = (tx: Tx, result: T) => Promise<void>

type Work<T> = (tx: Tx, inDoubt: boolean) => Promise<T>

/** Returns the work of a transaction with `remember`, if there is one, as its last step. */
export const remembering = <T>(remember: Remember<T> | undefined, work: Work<T>): Work<T> =>
  remember
    ? async (tx, inDoubt) => {
        const result = await work(tx, inDoubt)
        await remember(tx, result)
        return result
      }
    : work
