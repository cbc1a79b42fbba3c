import type { Order } from '#prisma'
import { differences, recordAudit } from '../audit/record-audit.js'
import type { OrderStatus, OrderView } from '../contract/order.js'
import type { Db } from '../db/db.js'
import type { Tx } from '../db/transaction.js'
import { notFound, Problem, problems } from '../errors.js'
import { currentTime, isId } from '../ids.js'
import type { Draft, EventLog } from '../stream/log.js'
import { type Origin, SYSTEM } from '../stream/origin.js'
import { viewOrder } from './order.js'

/** The state machine: the statuses allowed to follow each status. */
const next: Record<OrderStatus, readonly OrderStatus[]> = {
  pending: ['confirmed', 'cancelled'],
  confirmed: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: [],
}

interface StatusChangesOptions {
  db: Db
  eventLog: EventLog
}

interface CancelOptions {
  /** The requesting user, if limited to their own pending orders. */
  owner?: string | undefined
  /** Who cancels it; the system by default. */
  origin?: Origin
}

/** Changes of placed orders, each in a transaction with its events. */
export function createStatusChanges({ db, eventLog }: StatusChangesOptions) {
  /**
   * Moves the order on from the status it was read with, unless a concurrent change came first (optimistic
   * concurrency).
   */
  async function move(tx: Tx, order: Order, to: OrderStatus, origin: Origin): Promise<OrderView | undefined> {
    const updatedAt = new Date(currentTime())
    const { count } = await tx.order.updateMany({
      where: { id: order.id, status: order.status },
      data: { status: to, updatedAt },
    })
    if (count === 0) return undefined
    const view = viewOrder({ ...order, status: to, updatedAt })
    const drafts: Draft[] = [{ type: 'order:updated', userId: order.userId, data: view, origin }]
    if (to === 'cancelled') drafts.push(...(await giveBack(tx, order, updatedAt, origin)))
    const details = differences({ status: order.status }, { status: to })
    await recordAudit(tx, { origin, action: 'order.status-changed', subject: order.id, details })
    await eventLog.append(tx, drafts, updatedAt.getTime())
    return view
  }

  /** Repeats `decide` until no concurrent change comes between the read and the write. */
  const change = (
    id: string,
    origin: Origin,
    decide: (order: Order, inDoubt: boolean) => OrderStatus | undefined,
  ): Promise<OrderView> =>
    db.write(async (tx, inDoubt) => {
      if (!isId(id)) throw notFound('order')
      for (;;) {
        const order = await tx.order.findUnique({ where: { id } })
        if (!order) throw notFound('order')
        const to = decide(order, inDoubt)
        if (!to) return viewOrder(order)
        const moved = await move(tx, order, to, origin)
        if (moved) return moved
      }
    })

  return {
    /**
     * Moves the order to its next status; `cancelled` returns its stock.
     * @param origin who moves it
     * @throws Problem not-found; invalid-transition if `to` may not follow
     */
    changeStatus: (id: string, to: OrderStatus, origin: Origin = SYSTEM): Promise<OrderView> =>
      change(id, origin, (order, inDoubt) => {
        if (inDoubt && order.status === to) return undefined
        if (!next[order.status as OrderStatus].includes(to)) throw invalidTransition(order, to)
        return to
      }),

    /**
     * Cancels the order and returns its stock. Idempotent: repeating it changes nothing and returns the same order.
     * @throws Problem not-found, also for another user's order; invalid-transition if it is too late
     */
    cancel: (id: string, { owner, origin = SYSTEM }: CancelOptions = {}): Promise<OrderView> =>
      change(id, origin, (order) => {
        if (owner !== undefined && order.userId !== owner) throw notFound('order')
        if (order.status === 'cancelled') return undefined
        const cancellable =
          order.status === 'pending' || (owner === undefined && order.status === 'confirmed')
        if (!cancellable) throw invalidTransition(order, 'cancelled')
        return 'cancelled'
      }),
  }
}

const invalidTransition = (order: Order, to: OrderStatus) =>
  new Problem(problems.invalidTransition, `The order is ${order.status} and cannot become ${to} this way.`, {
    extra: { from: order.status, to },
  })

/** Returns the order's units to stock. A deleted product publishes no event: it is gone from every list. */
async function giveBack(tx: Tx, order: Order, updatedAt: Date, origin: Origin): Promise<Draft[]> {
  const product = await tx.product.update({
    where: { id: order.productId },
    data: { stock: { increment: order.quantity }, version: { increment: 1 }, updatedAt },
  })
  if (product.deletedAt) return []
  const data = { productId: product.id, stock: Number(product.stock) }
  return [{ type: 'stock:changed', userId: null, data, origin }]
}
