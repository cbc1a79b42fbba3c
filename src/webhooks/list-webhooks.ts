import type { WebhookView } from '../contract/webhook.js'
import type { Db } from '../db/db.js'
import { invalidRequest } from '../errors.js'
import { isId } from '../ids.js'
import { viewWebhook } from './view.js'

const toCursor = (id: string) => Buffer.from(id).toString('base64url')

function fromCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  if (!isId(id)) throw invalidRequest([{ path: 'cursor', message: 'is not a cursor of this list' }])
  return id
}

export interface WebhookQuery {
  limit: number
  cursor?: string | undefined
}

/**
 * Returns a page of the webhooks, newest first.
 * @throws Problem invalid-request for a malformed cursor
 */
export async function listWebhooks(
  db: Db,
  { limit, cursor }: WebhookQuery,
): Promise<{ items: WebhookView[]; nextCursor: string | null }> {
  const rows = await db.read.webhook.findMany({
    ...(cursor !== undefined && { where: { id: { lt: fromCursor(cursor) } } }),
    orderBy: { id: 'desc' },
    take: limit + 1, // one extra row tells whether there is another page
  })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(viewWebhook),
    nextCursor: rows.length > limit && last ? toCursor(last.id) : null,
  }
}
