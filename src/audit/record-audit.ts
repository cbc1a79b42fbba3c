import type { Tx } from '../db/transaction.js'
import { newId, timeOfId } from '../ids.js'
import { type Origin, originColumns } from '../stream/origin.js'

/** What an entry is about. */
export type SubjectType = 'user' | 'key' | 'product' | 'order' | 'webhook'

type Value = string | number | boolean | null | readonly string[]

/** What was done: the type of its subject, a dot and what happened to it. */
export type AuditAction = `${SubjectType}.${string}`

/** A change to be recorded. */
export interface AuditRecord {
  /** Who made it, by which request. */
  origin: Origin
  /** As `user.role-changed`. */
  action: AuditAction
  /** The id of the subject. */
  subject: string
  /**
   * Values that tell what has changed, as `{role: {before: 'customer', after: 'staff'}}`. Never a secret, and nothing that
   * names a person (a name, an email address, an IP address, a free text): entries survive the erasure of an account.
   */
  details?: Record<string, Value | { before: Value; after: Value }>
}

/**
 * Records a change in the audit trail. Call it in the transaction that makes the change, and before the events are appended.
 * @param id of the entry; draw it before a transaction that cannot tell by its rows that an earlier attempt was committed
 */
export async function recordAudit(
  tx: Tx,
  { origin, action, subject, details = {} }: AuditRecord,
  id: string = newId(),
): Promise<void> {
  const [subjectType = ''] = action.split('.', 1)
  await tx.auditEntry.create({
    data: {
      id,
      // Lists find a range of times by the ids alone.
      at: new Date(timeOfId(id)),
      action,
      subjectType,
      subjectId: subject,
      details: JSON.stringify(details),
      ...originColumns(origin),
    },
  })
}

/** Returns the members of `after` that differ from those of `before`, with both values, for the details of a record. */
export function differences<T extends Record<string, Value>>(
  before: T,
  after: T,
): Record<string, { before: Value; after: Value }> {
  const changed = Object.keys(after).filter((name) => before[name] !== after[name])
  return Object.fromEntries(
    changed.map((name) => [name, { before: before[name] ?? null, after: after[name] ?? null }]),
  )
}
