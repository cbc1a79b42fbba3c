import type { Db, Lane } from '../db/db.js'
import { isForeignKeyViolation, isUniqueViolation } from '../db/driver-error.js'
import { accountGone } from '../errors.js'
import type { EventLog } from '../stream/log.js'
import { decide, startPlan } from './batch-plan.js'
import { createLocks } from './locks.js'
import type { NewOrder, Placing } from './new-order.js'
import { NO_LIMITS, type OrderLimits } from './order-limits.js'

export interface PlaceOrdersOptions {
  db: Db
  eventLog: EventLog
  lowStockThreshold: number
  /** None by default. */
  limits?: OrderLimits
}

/**
 * Treatment of rows locked by another transaction: their orders are returned as RowLocked. With `wait`, in the `waiting`
 * lane only, the batch waits for them, for at most a second.
 */
export interface Way {
  lane: Lane
  wait: boolean
}

/**
 * Creates the function that places a batch of orders in one interactive transaction: stock, orders and events
 * together, or nothing. Orders of a batch are decided in sequence, as if each came alone.
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
        // The log comes last: all other writers wait for its counter.
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
      // Another process has used one of the idempotency keys for another product since they were looked up.
      if (isUniqueViolation(error)) return place(batch, way)
      if (isForeignKeyViolation(error)) return placeWithoutGone(db, batch, error, (rest) => place(rest, way))
      throw error
    })
}

/**
 * Places the orders of existing users. Access tokens outlive deleted users, and a missing user fails the whole batch.
 */
async function placeWithoutGone(
  db: Db,
  batch: NewOrder[],
  error: unknown,
  place: (rest: NewOrder[]) => Promise<Placing[]>,
): Promise<Placing[]> {
  const userIds = [...new Set(batch.map(({ userId }) => userId))]
  const users = await db.read.user.findMany({ where: { id: { in: userIds } }, select: { id: true } })
  const present = new Set(users.map(({ id }) => id))
  const rest = batch.filter(({ userId }) => present.has(userId))
  if (rest.length === batch.length) throw error
  const outcomes = rest.length > 0 ? await place(rest) : []
  const placed = new Map(rest.map(({ id }, i) => [id, outcomes[i]]))
  return batch.map(({ id }) => placed.get(id) ?? { ok: false, reason: accountGone() })
}
