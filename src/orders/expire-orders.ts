import { SYSTEM } from '../stream/origin.js'
import { holdOrders } from './hold-orders.js'
import { type ChangeOptions, createChangeWriter } from './write-changes.js'

/** Orders per transaction where the database runs in another process: few enough to hardly delay others. */
const ORDERS_AT_ONCE = 250
/**
 * Duration of a transaction before its commit where it runs on this thread, and the limits of its orders. The sync to
 * disk takes some milliseconds whatever their number, so short transactions cost more: during a backlog, each takes
 * longer.
 */
const TARGET_MS = { usual: 15, behind: 30 }
const MIN_ORDERS = 20
const MAX_ORDERS = 500

/** The outcome of a step. */
export interface Expired {
  /** Orders found to have expired. */
  due: number
  /** Those cancelled by this step: others were confirmed or cancelled meanwhile, perhaps by another process. */
  cancelled: number
  /** Duration of its transaction, without the wait for its start, in milliseconds. */
  ms: number
  /** Whether more may have expired than a step takes. */
  isMore: boolean
}

/** Cancels expired pending orders. */
export function createExpiry(options: ChangeOptions) {
  const { db } = options
  const { orderChanges } = db.dialect
  const write = createChangeWriter(options)
  let atOnce = db.dialect.remote ? ORDERS_AT_ONCE : MIN_ORDERS

  /** Sets the number of orders in the next transaction by the time one of `count` took before its commit. */
  function adapt(count: number, ms: number, isBehind: boolean): void {
    if (db.dialect.remote) return
    const target = isBehind ? TARGET_MS.behind : TARGET_MS.usual
    const fitting = Math.round((count * target) / Math.max(ms, 0.5))
    atOnce = Math.min(MAX_ORDERS, Math.max(MIN_ORDERS, Math.min(fitting, atOnce * 2)))
  }

  /** Returns ids of expired orders. A checkout expires whole: all of its orders have the same expiry. */
  async function findDue(limit: number): Promise<string[]> {
    const due = await orderChanges.findDue(db.read, limit)
    const checkoutIds = [...new Set(due.flatMap(({ checkoutId }) => checkoutId ?? []))]
    if (checkoutIds.length === 0) return due.map(({ id }) => id)
    const rest = await db.read.order.findMany({
      where: { checkoutId: { in: checkoutIds }, expiresAt: { not: null } },
      select: { id: true },
    })
    return [...new Set([...due, ...rest].map(({ id }) => id))]
  }

  return {
    /**
     * Cancels the orders expired for longest, and returns their stock: as many as fit a short transaction. A
     * confirmation at the same time wins or loses whole, because both lock the orders first and look at their status
     * then.
     */
    async expireDue(): Promise<Expired> {
      const limit = atOnce
      const ids = await findDue(limit)
      if (ids.length === 0) return { due: 0, cancelled: 0, ms: 0, isMore: false }
      let [start, worked] = [0, 0]
      const cancelled = await db.write(async (tx) => {
        start = performance.now()
        const held = await holdOrders(db, tx, ids, true)
        const edits = [...held.orders.values()].flatMap((order) =>
          order.status === 'pending' && order.expiresAt ? [{ order, status: 'cancelled' as const }] : [],
        )
        const views = await write(tx, held, edits, { origin: SYSTEM, cause: 'expired' })
        worked = performance.now() - start
        return views
      })
      const ms = performance.now() - start
      const isMore = ids.length >= limit
      adapt(ids.length, worked, isMore)
      return { due: ids.length, cancelled: cancelled.length, ms, isMore }
    },

    /**
     * Returns the milliseconds until the next order expires, by the clock of the database: negative if one has; undefined
     * if none will.
     */
    untilNextExpiry: () => orderChanges.untilNextExpiry(db.read),
  }
}
