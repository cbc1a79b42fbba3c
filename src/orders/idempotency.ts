import { createHash, randomUUID } from 'node:crypto'
import type { CheckoutView } from '../contract/checkout.js'
import type { OrderView } from '../contract/order.js'
import type { Db } from '../db/db.js'
import type { KeyedTable } from '../db/dialect.js'
import type { RawTx } from '../db/transaction.js'
import { Problem, problems } from '../errors.js'
import { sorted } from '../idempotency/fingerprint.js'
import { findCheckouts } from './checkout.js'
import {
  type CheckoutPlacing,
  isCheckout,
  type NewCheckout,
  type NewOrder,
  type OrderPlacing,
  type Placement,
} from './new-order.js'
import { viewOrder } from './order.js'

/** The order or checkout made under an idempotency key. */
interface Made<T> {
  made: T
  fingerprint: string | null
}

/** Orders and checkouts that were placed under an idempotency key, by user and key. The two have their own keys. */
export interface Keyed {
  orders: Map<string, Made<OrderView>>
  checkouts: Map<string, Made<CheckoutView>>
}

/** The columns of an idempotency key. */
export interface KeyColumns {
  idempotencyKey: string | null
  keyFingerprint: string | null
}

/**
 * Returns the SHA-256 of what a request asked for. Product and quantity of an order are left out: they are in the order's
 * row permanently.
 * @returns null if it asked for nothing else
 */
function fingerprintOf(placement: Placement): string | null {
  const { note, metadata, expiresIn } = placement
  const lines = isCheckout(placement)
    ? placement.lines.map(({ productId, quantity }) => [productId, quantity])
    : undefined
  if (!lines && note === undefined && metadata === undefined && expiresIn === undefined) return null
  // An object among the lists of the lines. Without it, the digest is as an earlier version made it.
  const own = metadata === undefined ? [] : [metadata]
  const asked = JSON.stringify(
    [note ?? null, expiresIn ?? null, ...(lines ?? []), ...own],
    metadata && sorted,
  )
  return createHash('sha256').update(asked).digest('base64url')
}

/** Returns the columns of a request's key. */
export function keyColumns(placement: Placement): KeyColumns {
  const { idempotencyKey } = placement
  return { idempotencyKey, keyFingerprint: idempotencyKey === null ? null : fingerprintOf(placement) }
}

/** Before keys that a node generates. No key of a client has this character. */
const GENERATED = '\x1f'

/** Returns a key for a request without one that is sent to another node. The same for each attempt of a request. */
export const generatedKey = (requestId: string = randomUUID()) => GENERATED + requestId

/** Returns the idempotency key that a client has given; null if there was none. */
export const givenKey = (key: string | null) => (key?.startsWith(GENERATED) ? null : key)

const entryOf = (userId: string, key: string) => `${userId} ${key}`

/** Reads committed orders by id, on the connection for reads. */
export async function findOrders(db: Db, ids: string[]): Promise<Map<string, OrderView>> {
  const orders = await db.read.order.findMany({ where: { id: { in: ids } } })
  return new Map(orders.map((order) => [order.id, viewOrder(order, db.money)]))
}

/** Reads what earlier requests made under the keys of `batch`, all of it for one table. */
async function findMade<T>(
  db: Db,
  tx: RawTx,
  table: KeyedTable,
  batch: Placement[],
  find: (db: Db, ids: string[]) => Promise<Map<string, T>>,
): Promise<Map<string, Made<T>>> {
  const keys = batch.flatMap(({ userId, idempotencyKey: key, keyIsNew }) =>
    key === null || keyIsNew ? [] : { userId, key },
  )
  const known = keys.length > 0 ? await db.dialect.findKeys(tx, table, keys) : []
  if (known.length === 0) return new Map()
  const byId = await find(
    db,
    known.map(({ id }) => id),
  )
  return new Map(
    known.flatMap(({ id, userId, key, fingerprint }) => {
      const made = byId.get(id)
      return made ? [[entryOf(userId, key), { made, fingerprint }]] : []
    }),
  )
}

/** Reads the orders and checkouts that earlier requests placed under the keys of this batch. */
export async function findKeyed(db: Db, tx: RawTx, batch: Placement[]): Promise<Keyed> {
  const checkouts = batch.filter(isCheckout)
  const orders = checkouts.length > 0 ? batch.filter((placement) => !isCheckout(placement)) : batch
  return {
    orders: await findMade(db, tx, 'orders', orders, findOrders),
    checkouts: await findMade(db, tx, 'checkouts', checkouts, findCheckouts),
  }
}

/** Remembers that `made` has the key of `order`, for later orders of the same batch. */
export function rememberOrder({ orders }: Keyed, order: NewOrder, made: OrderView): void {
  const { userId, idempotencyKey: key } = order
  if (key !== null) orders.set(entryOf(userId, key), { made, fingerprint: fingerprintOf(order) })
}

/** Remembers that `made` has the key of `checkout`, for later checkouts of the same batch. */
export function rememberCheckout({ checkouts }: Keyed, checkout: NewCheckout, made: CheckoutView): void {
  const { userId, idempotencyKey: key } = checkout
  if (key !== null) checkouts.set(entryOf(userId, key), { made, fingerprint: fingerprintOf(checkout) })
}

const reused = (what: string) =>
  ({
    ok: false,
    reason: new Problem(problems.keyReused, `The idempotency key was used for ${what} of something else.`),
  }) as const

/**
 * Answers an order whose key is in use: with the order placed under it, or with a refusal if that one differs.
 * @returns undefined for an order without a key, or with a new one
 */
export function replayOrder({ orders }: Keyed, order: NewOrder): OrderPlacing | undefined {
  const { userId, productId, quantity, idempotencyKey: key } = order
  const earlier = key === null ? undefined : orders.get(entryOf(userId, key))
  if (!earlier) return undefined
  const { made, fingerprint } = earlier
  const same = made.productId === productId && made.quantity === quantity
  if (!same || fingerprint !== fingerprintOf(order)) return reused('an order')
  return { ok: true, value: { order: made, replayed: true } }
}

/** Like `replayOrder`, for a checkout. */
export function replayCheckout({ checkouts }: Keyed, checkout: NewCheckout): CheckoutPlacing | undefined {
  const { userId, idempotencyKey: key } = checkout
  const earlier = key === null ? undefined : checkouts.get(entryOf(userId, key))
  if (!earlier) return undefined
  if (earlier.fingerprint !== fingerprintOf(checkout)) return reused('a checkout')
  return { ok: true, value: { checkout: earlier.made, replayed: true } }
}
