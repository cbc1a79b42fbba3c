import type { Session, User } from '#prisma'
import type { Db } from '../db/db.js'
import { givenKey } from '../orders/idempotency.js'
import { viewOrder } from '../orders/order.js'
import { viewKey } from './api-keys/api-keys.js'
import { viewPasskey } from './passkeys/passkey.js'
import { viewSession } from './sessions/session.js'
import { viewUser } from './user.js'

/** Rows read at a time, so an account with very many orders takes no more memory than another. */
const PAGE = 200

/** Returns everything stored about a session; the list of live sessions shows a part of it. */
const exportSession = (row: Session) => ({
  ...viewSession(row),
  expiresAt: row.expiresAt.toISOString(),
  revokedAt: row.revokedAt?.toISOString() ?? null,
})

/** Yields rows page by page, each read after the id of the last. */
async function* pages<T extends { id: string }>(
  db: Db,
  read: (after: string) => Promise<T[]>,
): AsyncGenerator<T[]> {
  for (let after = ''; ; ) {
    const rows = await db.steps.step(() => read(after))
    if (rows.length > 0) yield rows
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = last.id
  }
}

/** Yields a JSON array in parts. */
async function* arrayOf<T>(parts: AsyncIterable<T[]>, view: (row: T) => unknown): AsyncGenerator<string> {
  let comma = ''
  yield '['
  for await (const rows of parts) {
    yield comma + rows.map((row) => JSON.stringify(view(row))).join(',')
    comma = ','
  }
  yield ']'
}

/**
 * Yields everything stored about a user as one JSON document, in parts: the profile, sessions, passkeys and API keys without secrets, mails,
 * entries of the audit trail about the user, orders, and checkouts.
 */
export async function* exportUser(db: Db, user: User): AsyncGenerator<string> {
  const { id: userId } = user
  const { read } = db
  const after = (id: string) => ({ id: { gt: id } })
  const order = { orderBy: { id: 'asc' }, take: PAGE } as const
  const profile = {
    ...viewUser(user),
    disabled: user.disabled,
    lastSeenAt: user.lastSeenAt?.toISOString() ?? null,
  }
  yield `{"exportedAt":${JSON.stringify(new Date().toISOString())},"profile":${JSON.stringify(profile)}`

  const sessions = pages(db, (id) => read.session.findMany({ where: { userId, ...after(id) }, ...order }))
  yield ',"sessions":'
  yield* arrayOf(sessions, exportSession)

  const passkeys = pages(db, (id) => read.passkey.findMany({ where: { userId, ...after(id) }, ...order }))
  yield ',"passkeys":'
  yield* arrayOf(passkeys, viewPasskey)

  const keys = pages(db, (id) => read.apiKey.findMany({ where: { userId, ...after(id) }, ...order }))
  yield ',"apiKeys":'
  yield* arrayOf(keys, (row) => ({ ...viewKey(row), revokedAt: row.revokedAt?.toISOString() ?? null }))

  const mails = pages(db, (id) => read.mail.findMany({ where: { userId, ...after(id) }, ...order }))
  yield ',"mails":'
  yield* arrayOf(mails, ({ kind, recipient, createdAt, sentAt }) => ({ kind, recipient, createdAt, sentAt }))

  const entries = pages(db, (id) =>
    read.auditEntry.findMany({ where: { subjectId: userId, ...after(id) }, ...order }),
  )
  yield ',"changes":'
  yield* arrayOf(entries, ({ at, action, details }) => ({ at, action, details: JSON.parse(details) }))

  const orders = pages(db, (id) => read.order.findMany({ where: { userId, ...after(id) }, ...order }))
  yield ',"orders":'
  yield* arrayOf(orders, (row) => ({
    ...viewOrder(row, db.money),
    idempotencyKey: givenKey(row.idempotencyKey),
  }))

  const checkouts = pages(db, (id) => read.checkout.findMany({ where: { userId, ...after(id) }, ...order }))
  yield ',"checkouts":'
  yield* arrayOf(checkouts, ({ id, idempotencyKey, createdAt }) => ({
    id,
    idempotencyKey: givenKey(idempotencyKey),
    createdAt,
  }))
  yield '}'
}
