import type { LockedProduct, OrderRow, StockTake } from '../db/dialect.js'
import { isForeignKeyViolation, isUniqueViolation } from '../db/driver-error.js'
import type { Db, Lane, RawTx } from '../db/types.js'
import { accountGone, insufficientStock, notFound, Problem, problems } from '../errors.js'
import { currentTime } from '../ids.js'
import { fromMinor } from '../money.js'
import type { Draft, EventLog } from '../stream/log.js'
import type { Outcome } from './group-commit.js'
import { Held } from './held.js'
import { createLocks, type Locked } from './locks.js'
import { type OrderView, viewOrder } from './order.js'
import { limitFault, NO_LIMITS, type OrderLimits } from './order-limits.js'

/** An order that somebody wants to place. Its id is made beforehand, so that it is the same in every attempt. */
export interface NewOrder {
  id: string
  userId: string
  productId: string
  quantity: number
  idempotencyKey: string | null
  /** Whether a commit of it got no answer, so that it may be there already. */
  inDoubt: boolean
}

export interface PlacedOrder {
  order: OrderView
  /** Whether an earlier request with the same idempotency key made it. */
  replayed: boolean
}

/** What became of one order of a batch. */
export type Placing = Outcome<PlacedOrder | Held>

export interface PlaceOrdersOptions {
  db: Db
  eventLog: EventLog
  lowStockThreshold: number
  /** None unless given. */
  limits?: OrderLimits
}

/**
 * How a batch treats rows that another transaction holds: in the lane `main` their orders come back as Held, and so in
 * `waiting`, unless `wait`: then it waits for them, a second at most.
 */
export interface Way {
  lane: Lane
  wait: boolean
}

/** What a batch is going to write, while it is being decided. */
interface Plan extends Locked {
  at: number
  /** `at` as clients get it. */
  time: string
  takes: Map<string, StockTake>
  rows: OrderRow[]
  drafts: Draft[]
  /** Orders of this batch that an earlier attempt made, by id, when its commit was in doubt. */
  made: Map<string, OrderView>
  /** Orders made under a key, by `keyOf`: before this batch, and in it. */
  keyed: Map<string, OrderView>
}

const ids = (items: { id: string }[]) => items.map(({ id }) => id)
const keyOf = (userId: string, key: string) => `${userId} ${key}`

/**
 * Makes the function that places a batch of orders in one interactive transaction: stock, orders and events
 * together, or nothing. Within the batch orders are decided in their order, as if each came alone.
 */
export function createPlaceOrders({
  db,
  eventLog,
  lowStockThreshold,
  limits = NO_LIMITS,
}: PlaceOrdersOptions) {
  const lock = createLocks(db, limits)

  const place = (batch: NewOrder[], way: Way): Promise<Placing[]> =>
    db.writeRaw(async (tx, inDoubt) => {
      if (inDoubt) for (const order of batch) order.inDoubt = true
      const plan = await startPlan(db, tx, batch, await lock(tx, batch, way.wait))
      const outcomes = batch.map((order) => decide(order, plan, lowStockThreshold, limits))
      if (plan.rows.length > 0) {
        // The log comes last: its counter is what all other writers wait for.
        await lock.watch(
          db.dialect.together(tx, [
            () => db.dialect.takeStock(tx, [...plan.takes.values()], plan.at),
            () => db.dialect.insertOrders(tx, plan.rows, plan.at),
            () => eventLog.append(tx, plan.drafts, plan.at),
          ]),
        )
      }
      return outcomes
    }, way.lane)

  return (batch: NewOrder[], way: Way): Promise<Placing[]> =>
    place(batch, way).catch((error) => {
      // Another process used one of the idempotency keys, for another product, since they were looked up.
      if (isUniqueViolation(error)) return place(batch, way)
      if (isForeignKeyViolation(error)) return placeWithoutGone(db, batch, error, (rest) => place(rest, way))
      throw error
    })
}

/** Places what is not of users who are gone: their tokens outlive them, and a missing user fails the whole batch. */
async function placeWithoutGone(
  db: Db,
  batch: NewOrder[],
  error: unknown,
  place: (rest: NewOrder[]) => Promise<Placing[]>,
): Promise<Placing[]> {
  const userIds = [...new Set(batch.map(({ userId }) => userId))]
  const users = await db.read.user.findMany({ where: { id: { in: userIds } }, select: { id: true } })
  const there = new Set(ids(users))
  const rest = batch.filter(({ userId }) => there.has(userId))
  if (rest.length === batch.length) throw error
  const outcomes = rest.length > 0 ? await place(rest) : []
  const placed = new Map(rest.map(({ id }, i) => [id, outcomes[i]]))
  return batch.map(({ id }) => placed.get(id) ?? { ok: false, reason: accountGone() })
}

async function startPlan(db: Db, tx: RawTx, batch: NewOrder[], locked: Locked): Promise<Plan> {
  const at = currentTime()
  const doubtful = batch.filter(({ inDoubt }) => inDoubt)
  return {
    ...locked,
    at,
    time: new Date(at).toISOString(),
    takes: new Map(),
    rows: [],
    drafts: [],
    // Looked up when the products are held: an earlier attempt that the server is still ending held them until its end.
    made: doubtful.length > 0 ? await findOrders(db, ids(doubtful)) : new Map(),
    keyed: await findKeyed(db, tx, batch),
  }
}

/** Orders that were committed, by id: read beside the transaction, which has made none yet. */
async function findOrders(db: Db, ids: string[]): Promise<Map<string, OrderView>> {
  const orders = await db.read.order.findMany({ where: { id: { in: ids } } })
  return new Map(orders.map((order) => [order.id, viewOrder(order)]))
}

async function findKeyed(db: Db, tx: RawTx, batch: NewOrder[]): Promise<Map<string, OrderView>> {
  const keys = batch.flatMap(({ userId, idempotencyKey: key }) => (key === null ? [] : { userId, key }))
  if (keys.length === 0) return new Map()
  const known = await db.dialect.findOrderKeys(tx, keys)
  if (known.length === 0) return new Map()
  const byId = await findOrders(db, ids(known))
  return new Map(
    known.flatMap(({ id, userId, key }) => {
      const order = byId.get(id)
      return order ? [[keyOf(userId, key), order]] : []
    }),
  )
}

function decide(order: NewOrder, plan: Plan, lowStockThreshold: number, limits: OrderLimits): Placing {
  const { userId, productId, quantity, idempotencyKey } = order
  const made = plan.made.get(order.id)
  if (made) return { ok: true, value: { order: made, replayed: false } }
  const earlier = idempotencyKey === null ? undefined : plan.keyed.get(keyOf(userId, idempotencyKey))
  if (earlier) return replay(order, earlier)
  for (const row of [productId, userId]) if (plan.held.has(row)) return { ok: true, value: new Held(row) }
  if (plan.gone.has(userId)) return { ok: false, reason: accountGone() }
  const product = plan.products.get(productId)
  if (!product) return { ok: false, reason: notFound('product') }
  const pending = plan.pending.get(userId)
  const fault = pending && limitFault(pending, quantity, limits)
  if (fault) return { ok: false, reason: fault }
  if (product.stock < quantity)
    return { ok: false, reason: insufficientStock(productId, quantity, product.stock) }

  const placed = write(order, product, plan, lowStockThreshold)
  if (pending) {
    pending.open += 1
    pending.units += quantity
  }
  if (idempotencyKey !== null) plan.keyed.set(keyOf(userId, idempotencyKey), placed)
  return { ok: true, value: { order: placed, replayed: false } }
}

function replay(order: NewOrder, earlier: OrderView): Placing {
  if (earlier.productId === order.productId && earlier.quantity === order.quantity)
    return { ok: true, value: { order: earlier, replayed: true } }
  const detail = 'The idempotency key was used for an order of something else.'
  return { ok: false, reason: new Problem(problems.keyReused, detail) }
}

function write(order: NewOrder, product: LockedProduct, plan: Plan, lowStockThreshold: number): OrderView {
  const { id, userId, productId, quantity, idempotencyKey } = order
  const before = product.stock
  product.stock -= quantity
  const take = plan.takes.get(productId)
  if (take) {
    take.quantity += quantity
    take.orders += 1
  } else {
    plan.takes.set(productId, { id: productId, quantity, orders: 1 })
  }

  const totalPrice = product.price * quantity // 10^8 cents times 10^4: far below 2^53
  plan.rows.push({
    id,
    userId,
    productId,
    quantity,
    unitPrice: product.price,
    totalPrice,
    idempotencyKey,
  })
  const view: OrderView = {
    id,
    userId,
    productId,
    quantity,
    unitPrice: fromMinor(product.price),
    totalPrice: fromMinor(totalPrice),
    status: 'pending',
    createdAt: plan.time,
    updatedAt: plan.time,
  }
  plan.drafts.push(
    { type: 'order:created', userId, data: view },
    { type: 'stock:changed', userId: null, data: { productId, stock: product.stock } },
  )
  if (before > lowStockThreshold && product.stock <= lowStockThreshold) {
    const data = { productId, stock: product.stock, threshold: lowStockThreshold }
    plan.drafts.push({ type: 'stock:low', userId: null, data })
  }
  return view
}
