import type { OrderView } from '../contract/order.js'
import type { Db } from '../db/db.js'
import type { RawTx } from '../db/transaction.js'
import { Problem, problems } from '../errors.js'
import type { NewOrder, Placing } from './new-order.js'
import { viewOrder } from './order.js'

/** Orders that were placed under an idempotency key, by user and key. */
export type KeyedOrders = Map<string, OrderView>

const entryOf = (userId: string, key: string) => `${userId} ${key}`

/** Reads committed orders by id, on the connection for reads. */
export async function findOrders(db: Db, ids: string[]): Promise<Map<string, OrderView>> {
  const orders = await db.read.order.findMany({ where: { id: { in: ids } } })
  return new Map(orders.map((order) => [order.id, viewOrder(order)]))
}

/** Reads the orders that earlier requests placed under the keys of this batch. */
export async function findKeyed(db: Db, tx: RawTx, batch: NewOrder[]): Promise<KeyedOrders> {
  const keys = batch.flatMap(({ userId, idempotencyKey: key }) => (key === null ? [] : { userId, key }))
  if (keys.length === 0) return new Map()
  const known = await db.dialect.findOrderKeys(tx, keys)
  if (known.length === 0) return new Map()
  const byId = await findOrders(
    db,
    known.map(({ id }) => id),
  )
  return new Map(
    known.flatMap(({ id, userId, key }) => {
      const order = byId.get(id)
      return order ? [[entryOf(userId, key), order]] : []
    }),
  )
}

/** Remembers that `placed` has the key of `order`, for later orders of the same batch. */
export function rememberKey(keyed: KeyedOrders, order: NewOrder, placed: OrderView): void {
  if (order.idempotencyKey !== null) keyed.set(entryOf(order.userId, order.idempotencyKey), placed)
}

/**
 * Answers an order whose key is in use: with the order placed under it, or with a refusal if that one differs.
 * @returns undefined for an order without a key, or with a new one
 */
export function replay(keyed: KeyedOrders, order: NewOrder): Placing | undefined {
  const { userId, productId, quantity, idempotencyKey: key } = order
  const earlier = key === null ? undefined : keyed.get(entryOf(userId, key))
  if (!earlier) return undefined
  if (earlier.productId === productId && earlier.quantity === quantity)
    return { ok: true, value: { order: earlier, replayed: true } }
  const detail = 'The idempotency key was used for an order of something else.'
  return { ok: false, reason: new Problem(problems.keyReused, detail) }
}
