import type { Tx } from '../db/transaction.js'
import { invalidRequest } from '../errors.js'
import type { EventLog } from '../stream/log.js'

const refuse = (message: string) => invalidRequest([{ path: 'after', message }])

/**
 * Returns the position of a webhook that is to get the events after the offset `after`; by default those after the last, and
 * for 0 all that the log still has.
 * @throws Problem invalid-request if the log does not have them all, or not yet
 */
export async function positionAfter(
  tx: Tx,
  eventLog: Pick<EventLog, 'oldest'>,
  after: number | undefined,
): Promise<number> {
  const { lastOffset } = await tx.eventCounter.findUniqueOrThrow({ where: { id: 1 } })
  const last = Number(lastOffset)
  if (after === undefined) return last
  if (after > last) throw refuse(`must be at most ${last}, the last offset`)
  const oldest = await eventLog.oldest()
  if (after === 0) return (oldest ?? last + 1) - 1
  if (oldest !== undefined && after < oldest - 1)
    throw refuse(`must be at least ${oldest - 1}: the log has no earlier events any more`)
  return after
}
