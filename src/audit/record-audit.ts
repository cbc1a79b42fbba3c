import type { AuditRow } from '../db/bulk.js'
import type { Db } from '../db/db.js'
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
  /** Its author and request. */
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

/** Returns the row of an entry. @param id of the entry */
function auditRow({ origin, action, subject, details = {} }: AuditRecord, id: string): AuditRow {
  const [subjectType = ''] = action.split('.', 1)
  return {
    id,
    at: timeOfId(id), // lists find a range of times by the ids alone
    action,
    subjectType,
    subjectId: subject,
    details: JSON.stringify(details),
    ...originColumns(origin),
  }
}

function rowOf(record: AuditRecord, id: string) {
  const row = auditRow(record, id)
  return { ...row, at: new Date(row.at) }
}

/**
 * Records a change in the audit trail. Call it in the transaction that makes the change, and before the events are appended.
 * @param id of the entry; draw it before a transaction that cannot tell by its rows that an earlier attempt was committed
 */
export async function recordAudit(tx: Tx, record: AuditRecord, id: string = newId()): Promise<void> {
  await tx.auditEntry.create({ data: rowOf(record, id) })
}

/** Like `recordAudit`, for many changes of one transaction. @param firstId of the first entry */
export const recordAudits = (
  { dialect }: Db,
  tx: Tx,
  records: AuditRecord[],
  firstId: string = newId(),
): Promise<void> =>
  dialect.bulk.insertAudits(
    tx,
    records.map((record, i) => auditRow(record, i === 0 ? firstId : newId())),
  )

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
