import type { Db, WriteLane } from '../db/db.js'
import type { OrderRow } from '../db/dialect.js'
import { isForeignKeyViolation, isUniqueViolation } from '../db/driver-error.js'
import type { RawTx } from '../db/transaction.js'
import { accountGone } from '../errors.js'
import { currentTime } from '../ids.js'
import type { EventLog } from '../stream/log.js'
import { startPlan } from './batch-plan.js'
import type { BeforeOrder } from './before-order.js'
import { decide } from './decide.js'
import { createLocks } from './locks.js'
import type { NewOrder, OrderPlacing, Placement, Placing } from './new-order.js'
import { NO_LIMITS, type OrderLimits } from './order-limits.js'

export interface PlaceOrdersOptions {
  db: Db
  eventLog: EventLog
  lowStockThreshold: number
  /** None by default. */
  limits?: OrderLimits
  /** Seconds until pending orders are cancelled if the request names no other time; never (0) by default. */
  expiresAfter?: number
  /** The shop's own rule; none by default. */
  beforeOrder?: BeforeOrder | undefined
}

/**
 * Treatment of rows locked by another transaction: orders and checkouts in need of them are returned as RowLocked. The
 * batch waits for those in `waitFor`, in the `waiting` lane only, for at most a second each.
 */
export interface Way {
  lane: WriteLane
  waitFor?: ReadonlySet<string>
}

const NO_ROWS: ReadonlySet<string> = new Set()

/**
 * Creates the function that places a batch of orders and checkouts in one interactive transaction: stock, orders and
 * events together, or nothing. They are decided in sequence, as if each came alone.
 */
export function createPlaceOrders({
  db,
  eventLog,
  lowStockThreshold,
  limits = NO_LIMITS,
  expiresAfter = 0,
  beforeOrder,
}: PlaceOrdersOptions) {
  const lock = createLocks(db, limits)
  const rules = { lowStockThreshold, limits, expiresAfter, beforeOrder }

  const place = (batch: Placement[], way: Way): Promise<Placing[]> =>
    db.writeRaw(async (tx, inDoubt) => {
      if (inDoubt) for (const placement of batch) placement.inDoubt = true
      const locked = await lock(tx, batch, way.waitFor ?? NO_ROWS)
      const plan = await startPlan(db, tx, batch, locked, rules)
      const outcomes = batch.map((placement) => decide(placement, plan))
      if (plan.rows.length > 0) {
        // The log comes last: all other writers wait for its counter.
        await lock.watch(
          db.dialect.together(tx, [
            // Not before the time of any id drawn since `plan.at`: the next process to lock a product observes its time.
            () => db.dialect.takeStock(tx, [...plan.takes.values()], currentTime()),
            () => db.dialect.insertOrders(tx, plan.rows, plan.at),
            ...(plan.checkouts.length > 0
              ? [() => db.dialect.insertCheckouts(tx, plan.checkouts, plan.at)]
              : []),
            () => refuseErased(db, tx, plan.rows),
            () => eventLog.append(tx, plan.drafts, plan.at),
          ]),
        )
      }
      return outcomes
    }, way.lane)

  function placeBatch(orders: NewOrder[], way: Way): Promise<OrderPlacing[]>
  function placeBatch(batch: Placement[], way: Way): Promise<Placing[]>
  function placeBatch(batch: Placement[], way: Way): Promise<Placing[]> {
    return place(batch, way).catch((error) => {
      // Another process has used one of the idempotency keys for other products since they were looked up.
      if (isUniqueViolation(error)) {
        // Or a node has placed an order itself that it had sent here under a key of its own.
        for (const placement of batch) placement.keyIsNew = false
        return place(batch, way)
      }
      if (isForeignKeyViolation(error) || error instanceof UsersErased)
        return placeWithoutGone(db, batch, error, (rest) => place(rest, way))
      throw error
    })
  }
  return placeBatch
}

/** Users of a batch were erased since their orders were accepted. */
class UsersErased extends Error {
  override name = 'UsersErased'
}

/** Keeps the notes of an erased user from being written after the erasure. @throws UsersErased */
async function refuseErased(db: Db, tx: RawTx, rows: OrderRow[]): Promise<void> {
  const erased = await db.dialect.findErased(tx, [...new Set(rows.map(({ userId }) => userId))])
  if (erased.length > 0) throw new UsersErased(`users were erased: ${erased}`)
}

/**
 * Places the orders and checkouts of existing users. Access tokens outlive deleted users, and a missing or erased one fails the
 * whole batch.
 */
async function placeWithoutGone(
  db: Db,
  batch: Placement[],
  error: unknown,
  place: (rest: Placement[]) => Promise<Placing[]>,
): Promise<Placing[]> {
  const userIds = [...new Set(batch.map(({ userId }) => userId))]
  const users = await db.read.user.findMany({
    where: { id: { in: userIds }, erasedAt: null },
    select: { id: true },
  })
  const present = new Set(users.map(({ id }) => id))
  const rest = batch.filter(({ userId }) => present.has(userId))
  if (rest.length === batch.length) throw error
  const outcomes = rest.length > 0 ? await place(rest) : []
  const placed = new Map(rest.map((placement, i) => [placement, outcomes[i]]))
  return batch.map((placement) => placed.get(placement) ?? { ok: false, reason: accountGone() })
}
