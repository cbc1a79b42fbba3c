import { recordAudit } from '../audit/record-audit.js'
import type { DisabledWebhook } from '../contract/disabled-webhook.js'
import type { Db } from '../db/db.js'
import type { Tx } from '../db/transaction.js'
import { newId } from '../ids.js'
import type { Draft, EventLog } from '../stream/log.js'
import { type Origin, SYSTEM } from '../stream/origin.js'
import { attemptRowsOf } from './attempts.js'
import type { Progress } from './delivery/endpoint.js'

/** Returns the event of a webhook that is disabled. */
export const disabledEvent = (data: DisabledWebhook, origin: Origin): Draft => ({
  type: 'webhook:disabled',
  userId: null,
  data,
  origin,
})

export interface SaveOptions {
  db: Db
  eventLog: Pick<EventLog, 'append'>
}

type Disabling = Progress & { disabled: NonNullable<Progress['disabled']> }
const isDisabling = (progress: Progress): progress is Disabling => progress.disabled !== undefined

/** Disables a webhook, unless it has been changed. @returns the event of it */
async function disable(
  tx: Tx,
  { id, generation, position, failures, disabled: { reason, lost } }: Disabling,
  at: Date,
): Promise<Draft | undefined> {
  const { count } = await tx.webhook.updateMany({
    where: { id, generation, disabledAt: null },
    data: {
      position: BigInt(position),
      failures,
      nextAttemptAt: null,
      disabledAt: at,
      disabledReason: reason,
      ...(lost && { lostFrom: BigInt(lost.from), lostTo: BigInt(lost.to) }),
    },
  })
  if (count === 0) return undefined
  const details = { reason, position, ...(lost && { lostFrom: lost.from, lostTo: lost.to }) }
  await recordAudit(tx, { origin: SYSTEM, action: 'webhook.disabled', subject: id, details })
  return disabledEvent({ id, reason, position, ...(lost && { lost }) }, SYSTEM)
}

/** The database holds another log than the one that was delivered: the positions mean nothing there. */
export class LogReplaced extends Error {
  override name = 'LogReplaced'
}

/** @throws LogReplaced, also for a log that ends before a position: an earlier state of the database was restored */
async function refuseReplaced(tx: Tx, epoch: string, reports: readonly Progress[]): Promise<void> {
  const counter = await tx.eventCounter.findUniqueOrThrow({ where: { id: 1 } })
  const furthest = Math.max(...reports.map(({ position }) => position))
  if (counter.epoch !== epoch || counter.lastOffset < furthest) throw new LogReplaced('the log was replaced')
}

/**
 * Prepares saving what a deliverer has reported. Call the result in a transaction; it may run twice, and throws
 * LogReplaced if it would change the progress of another log.
 * @param epoch the id of the log that was delivered
 * @param reports in the order in which they were made; there may be several of a webhook
 */
export function savingOf({ db, eventLog }: SaveOptions, epoch: string, reports: readonly Progress[]) {
  const attempts = attemptRowsOf(reports, newId, Date.now())
  const last = [...new Map(reports.map((each) => [`${each.id} ${each.generation}`, each])).values()]

  return async (tx: Tx): Promise<void> => {
    const { webhooks } = db.dialect
    await refuseReplaced(tx, epoch, reports)
    if (last.length === 0) return
    const at = await db.dialect.now(tx)
    const rows = last.map(({ id, generation, position, failures, waitMs }) => {
      return { id, generation, position, failures, nextAttemptAt: waitMs === null ? null : at + waitMs }
    })
    await webhooks.saveProgress(tx, rows)
    if (attempts.length > 0) await webhooks.insertAttempts(tx, attempts)
    const events: Draft[] = []
    for (const progress of last.filter(isDisabling)) {
      const event = await disable(tx, progress, new Date(at))
      if (event) events.push(event)
    }
    await eventLog.append(tx, events, at)
  }
}
