import type { WebhookAttempt } from '../contract/webhook.js'
import type { Db } from '../db/db.js'
import { deleteInSteps } from '../db/delete-in-steps.js'
import type { AttemptsRow } from '../db/webhook-progress.js'
import { invalidRequest } from '../errors.js'
import { idBoundAt, isId } from '../ids.js'
import type { Progress } from './delivery/endpoint.js'

/** Attempts per row: few rows for many deliveries, and few attempts to read for a page. */
const ROW_ATTEMPTS = 100
/** Rows deleted per transaction. */
const STEP = 200
/** How long attempts are kept. */
export const ATTEMPTS_KEPT_MS = 7 * 24 * 60 * 60 * 1000

/** Returns the rows of the attempts in `reports`. */
export function attemptRowsOf(
  reports: readonly Progress[],
  newId: () => string,
  createdAt: number,
): AttemptsRow[] {
  const rows: AttemptsRow[] = []
  for (const { id: webhookId, attempts } of reports)
    for (let first = 0; first < attempts.length; first += ROW_ATTEMPTS) {
      const some = JSON.stringify(attempts.slice(first, first + ROW_ATTEMPTS))
      rows.push({ id: newId(), webhookId, attempts: some, createdAt })
    }
  return rows
}

/** A position in the list of attempts: those in the row `id` from the end of the first `count`, and all in earlier rows. */
interface Cursor {
  id: string
  count: number
}

const toCursor = ({ id, count }: Cursor) => Buffer.from(`${id}:${count}`).toString('base64url')

function fromCursor(cursor: string): Cursor {
  const [id = '', count = ''] = Buffer.from(cursor, 'base64url').toString().split(':')
  if (!isId(id) || !/^\d{1,3}$/.test(count))
    throw invalidRequest([{ path: 'cursor', message: 'is not a cursor of this list' }])
  return { id, count: Number(count) }
}

export interface AttemptQuery {
  limit: number
  cursor?: string | undefined
}

/**
 * Returns a page of the attempts of a webhook within 7 days, newest first.
 * @throws Problem invalid-request for a malformed cursor
 */
export async function listAttempts(
  db: Db,
  webhookId: string,
  { limit, cursor }: AttemptQuery,
): Promise<{ items: WebhookAttempt[]; nextCursor: string | null }> {
  const from = cursor === undefined ? undefined : fromCursor(cursor)
  const since = idBoundAt(Math.max(0, Date.now() - ATTEMPTS_KEPT_MS))
  const items: WebhookAttempt[] = []
  let upTo = from?.id
  while (items.length <= limit) {
    const rows = await db.read.webhookAttempts.findMany({
      where: { webhookId, id: { gte: since, ...(upTo !== undefined && { lte: upTo }) } },
      orderBy: { id: 'desc' },
      take: Math.min(limit, 20) + 1,
    })
    for (const { id, attempts } of rows) {
      if (id === upTo && id !== from?.id) continue
      const all: WebhookAttempt[] = JSON.parse(attempts)
      const end = id === from?.id ? Math.min(from.count, all.length) : all.length
      for (let i = end - 1; i >= 0; i--) {
        if (items.length === limit) return { items, nextCursor: toCursor({ id, count: i + 1 }) }
        const attempt = all[i]
        if (attempt) items.push(attempt)
      }
    }
    const last = rows.at(-1)?.id
    if (last === undefined || last === upTo) break
    upTo = last
  }
  return { items, nextCursor: null }
}

/**
 * Deletes the oldest attempts in small transactions.
 * @param before in milliseconds since 1970
 * @returns the number of deleted rows
 */
export function pruneAttempts(db: Db, before: number, signal: AbortSignal): Promise<number> {
  return deleteInSteps(
    {
      step: STEP,
      find: (take) =>
        db.read.webhookAttempts.findMany({
          where: { createdAt: { lt: new Date(before) } },
          orderBy: { createdAt: 'asc' },
          take,
          select: { id: true },
        }),
      remove: (ids) => db.write((tx) => tx.webhookAttempts.deleteMany({ where: { id: { in: ids } } })),
    },
    signal,
  )
}
