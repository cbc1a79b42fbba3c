import type { Order, OrderChange, StockAdjustment } from '#prisma'
import { namesOfActors } from '../accounts/actor-names.js'
import type { EventActor } from '../contract/events.js'
import type { LedgerCause, LedgerEntry } from '../contract/ledger.js'
import type { Db } from '../db/db.js'
import { raw, sql } from '../db/sql.js'
import { invalidRequest, notFound } from '../errors.js'
import { idBoundAt, isId } from '../ids.js'
import { actorOfRow } from '../stream/origin.js'

export interface LedgerQuery {
  /** The earliest time, ISO 8601. */
  from?: string | undefined
  /** The end of the range, which is not part of it, ISO 8601. */
  to?: string | undefined
  limit: number
  cursor?: string | undefined
}

type Entry = Omit<LedgerEntry, 'actor'> & { id: string; actor: EventActor }

/** The id of a row is drawn a moment before or after its time, under the lock of the product: apart by less than this. */
const SLACK_MS = 2_000

const toCursor = (id: string) => Buffer.from(id).toString('base64url')

function fromCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  if (!isId(id)) throw invalidRequest([{ path: 'cursor', message: 'is not a cursor of this list' }])
  return id
}

function timeOf(path: 'from' | 'to', text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const at = Date.parse(text)
  // A leap second is a valid date-time in JSON Schema and an invalid Date.
  if (Number.isNaN(at)) throw invalidRequest([{ path, message: 'is not a time' }])
  return Math.max(at, 0)
}

/** Ids of rows: from `since` on, and below `before`. Every id is below the tilde. */
const ALL = { since: '', before: '~' }

/** Returns the range of ids that `query` is about, and whether a time in it is. */
function rangeOf({ from, to, cursor }: LedgerQuery) {
  const [since, until] = [timeOf('from', from), timeOf('to', to)]
  const before = [
    ...(cursor === undefined ? [] : [fromCursor(cursor)]),
    ...(until === undefined ? [] : [idBoundAt(until + SLACK_MS)]),
  ].sort()[0]
  return {
    since: since === undefined ? ALL.since : idBoundAt(Math.max(since - SLACK_MS, 0)),
    before: before ?? ALL.before,
    isWithin: (at: string) =>
      (since === undefined || Date.parse(at) >= since) && (until === undefined || Date.parse(at) < until),
  }
}

const ofOrder = (row: Order): Entry => ({
  id: row.id,
  at: row.createdAt.toISOString(),
  delta: -row.quantity,
  stock: Number(row.stockAfter),
  cause: 'order',
  orderId: row.id,
  actor: { type: 'user', id: row.userId },
})

const ofAdjustment = (row: StockAdjustment): Entry => ({
  id: row.id,
  at: row.createdAt.toISOString(),
  delta: Number(row.delta),
  stock: Number(row.stockAfter),
  cause: row.cause as LedgerCause,
  ...(row.reason !== null && { reason: row.reason }),
  actor: row.keyId === null ? { type: 'user', id: row.userId } : { type: 'key', id: row.keyId },
})

const ofReturn = (row: OrderChange): Entry => ({
  id: row.id,
  at: row.at.toISOString(),
  delta: Number(row.delta),
  stock: Number(row.stockAfter),
  cause: row.cause === 'expired' ? 'expired' : 'cancelled',
  orderId: row.orderId,
  actor: actorOfRow(row),
})

/** Returns the rows before the first of an earlier version: those did not store the stock after them. */
function recorded<T extends { stockAfter: bigint | null }>(rows: T[]): T[] {
  const end = rows.findIndex(({ stockAfter }) => stockAfter === null)
  return end === -1 ? rows : rows.slice(0, end)
}

/**
 * Returns a page of the changes of a product's stock, newest first: a merge of its orders, its adjustments and its returned
 * orders, whose ids ascend in the order of their commits. Each is a range of an index, so a page costs the same at any depth.
 * @throws Problem not-found; invalid-request for a malformed cursor or time
 */
export async function readLedger(
  db: Db,
  productId: string,
  query: LedgerQuery,
): Promise<{ items: LedgerEntry[]; nextCursor: string | null }> {
  const { read } = db
  const product = isId(productId)
    ? await read.product.findUnique({ where: { id: productId }, select: { id: true } })
    : null
  if (!product) throw notFound('product')
  const { limit } = query
  const { since, before, isWithin } = rangeOf(query)
  const id = { gte: since, lt: before }
  // One extra row tells whether there is another page.
  const page = { orderBy: { id: 'desc' }, take: limit + 1 } as const
  const orderIds = await read.$queryRaw<{ id: string }[]>(
    db.dialect.orderIds({
      where: sql`product_id = ${productId} AND id >= ${since} AND id < ${before}`,
      order: raw('id DESC'),
      limit: limit + 1,
    }),
  )
  const orders = await read.order.findMany({
    where: { id: { in: orderIds.map((row) => row.id) } },
    orderBy: { id: 'desc' },
  })
  const adjustments = await read.stockAdjustment.findMany({ where: { productId, id }, ...page })
  const returns = await read.orderChange.findMany({ where: { productId, id }, ...page })
  const merged = [
    ...recorded(orders).map(ofOrder),
    ...recorded(adjustments).map(ofAdjustment),
    ...recorded(returns).map(ofReturn),
  ].sort((a, b) => (a.id < b.id ? 1 : -1))
  const last = merged.length > limit ? merged[limit - 1] : undefined
  const shown = merged.slice(0, limit).filter(({ at }) => isWithin(at))
  const nameOf = await namesOfActors(
    db,
    shown.map(({ actor }) => actor),
  )
  return {
    items: shown.map(({ id: _id, actor, ...entry }) => ({
      ...entry,
      actor: { ...actor, name: nameOf(actor) },
    })),
    nextCursor: last ? toCursor(last.id) : null,
  }
}
