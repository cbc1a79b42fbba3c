import type { AuditEntry } from '#prisma'
import type { AuditEntryView } from '../contract/audit.js'
import type { Db } from '../db/db.js'
import { invalidRequest } from '../errors.js'
import { idBoundAt, isId } from '../ids.js'
import { actorOfRow } from '../stream/origin.js'

export interface AuditQuery {
  /** The id of a user or an API key, or `system`. */
  actor?: string | undefined
  /** The id of what was changed. */
  subject?: string | undefined
  /** The earliest time, ISO 8601. */
  from?: string | undefined
  /** The end of the range, which is not part of it, ISO 8601. */
  to?: string | undefined
  limit: number
  cursor?: string | undefined
}

const SYSTEM_ACTOR = 'system'

// Ids ascend with time, so the last entry's id is all the cursor needs.
const toCursor = (id: string) => Buffer.from(id).toString('base64url')

function fromCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  if (!isId(id)) throw invalidRequest([{ path: 'cursor', message: 'is not a cursor of this list' }])
  return id
}

/** Returns the lower bound of the ids of entries since `time`. @throws Problem invalid-request */
function boundOf(path: 'from' | 'to', time: string): string {
  const at = Date.parse(time)
  // A leap second is a valid date-time in JSON Schema and an invalid Date.
  if (Number.isNaN(at)) throw invalidRequest([{ path, message: 'is not a time' }])
  return idBoundAt(Math.max(at, 0))
}

/** Reads the names of the actors of `rows` as they are now, by id. */
async function namesOf({ read }: Db, rows: AuditEntry[]): Promise<Map<string, string>> {
  const idsOf = (type: string) => [
    ...new Set(rows.flatMap(({ actorType, actorId }) => (actorType === type && actorId ? [actorId] : []))),
  ]
  const select = { id: true, name: true } as const
  const [userIds, keyIds] = [idsOf('user'), idsOf('key')]
  const users = userIds.length > 0 ? await read.user.findMany({ where: { id: { in: userIds } }, select }) : []
  const keys = keyIds.length > 0 ? await read.apiKey.findMany({ where: { id: { in: keyIds } }, select }) : []
  return new Map([...users, ...keys].map(({ id, name }) => [id, name]))
}

function viewEntry(row: AuditEntry, names: Map<string, string>): AuditEntryView {
  const actor = actorOfRow(row)
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: { ...actor, name: actor.id === null ? null : (names.get(actor.id) ?? null) },
    action: row.action,
    subject: { type: row.subjectType, id: row.subjectId },
    details: JSON.parse(row.details),
    requestId: row.requestId,
  }
}

/**
 * Returns a page of the audit trail, newest first. Costs the same at any depth: every combination of `actor` and `subject`
 * has an index in the order of the ids.
 * @throws Problem invalid-request for a forged or malformed cursor, or an invalid time
 */
export async function listAudit(
  db: Db,
  { actor, subject, from, to, limit, cursor }: AuditQuery,
): Promise<{ items: AuditEntryView[]; nextCursor: string | null }> {
  const before = [
    ...(cursor === undefined ? [] : [fromCursor(cursor)]),
    ...(to === undefined ? [] : [boundOf('to', to)]),
  ].sort()[0]
  const since = from === undefined ? undefined : boundOf('from', from)
  const isKnown = (id: string | undefined) => id === undefined || isId(id)
  const isSystem = actor === SYSTEM_ACTOR
  if (!isKnown(subject) || !(isSystem || isKnown(actor))) return { items: [], nextCursor: null }
  const rows = await db.read.auditEntry.findMany({
    where: {
      ...(actor !== undefined && { actorId: isSystem ? null : actor }),
      ...(subject !== undefined && { subjectId: subject }),
      id: { ...(before !== undefined && { lt: before }), ...(since !== undefined && { gte: since }) },
    },
    orderBy: { id: 'desc' },
    take: limit + 1, // one extra row tells whether there is another page
  })
  const page = rows.slice(0, limit)
  const names = await namesOf(db, page)
  const last = page.at(-1)
  return {
    items: page.map((row) => viewEntry(row, names)),
    nextCursor: rows.length > limit && last ? toCursor(last.id) : null,
  }
}
