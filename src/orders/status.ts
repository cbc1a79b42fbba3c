import type { Order } from '#prisma'
import type { Db, Tx } from '../db/types.js'
import { notFound, Problem, problems } from '../errors.js'
import { currentTime, isId } from '../ids.js'
import type { Draft, EventLog } from '../stream/log.js'
import { type OrderStatus, type OrderView, viewOrder } from './order.js'

/** The statuses that may follow each. */
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
  /** The user who asks, if only their own orders, and only pending ones, may be cancelled. */
  owner?: string
}

/** The changes of an order after it was placed, each in a transaction with its events. */
export function createStatusChanges({ db, eventLog }: StatusChangesOptions) {
  /** Moves the order from the status it was read with, unless a rival did first. */
  async function move(tx: Tx, order: Order, to: OrderStatus): Promise<OrderView | undefined> {
    const updatedAt = new Date(currentTime())
    const { count } = await tx.order.updateMany({
      where: { id: order.id, status: order.status },
      data: { status: to, updatedAt },
    })
    if (count === 0) return undefined
    const view = viewOrder({ ...order, status: to, updatedAt })
    const drafts: Draft[] = [{ type: 'order:updated', userId: order.userId, data: view }]
    if (to === 'cancelled') drafts.push(...(await giveBack(tx, order, updatedAt)))
    await eventLog.append(tx, drafts, updatedAt.getTime())
    return view
  }

  /** Runs `decide` on the order until no rival changes it between the look and the change. */
  const change = (
    id: string,
    decide: (order: Order, inDoubt: boolean) => OrderStatus | undefined,
  ): Promise<OrderView> =>
    db.write(async (tx, inDoubt) => {
      if (!isId(id)) throw notFound('order')
      for (;;) {
        const order = await tx.order.findUnique({ where: { id } })
        if (!order) throw notFound('order')
        const to = decide(order, inDoubt)
        if (!to) return viewOrder(order)
        const moved = await move(tx, order, to)
        if (moved) return moved
      }
    })

  return {
    /**
     * Gives the order its next status; `cancelled` gives its stock back.
     * @throws Problem not-found; invalid-transition where `to` may not follow.
     */
    changeStatus: (id: string, to: OrderStatus): Promise<OrderView> =>
      change(id, (order, inDoubt) => {
        if (inDoubt && order.status === to) return undefined
        if (!next[order.status as OrderStatus].includes(to)) throw invalidTransition(order, to)
        return to
      }),

    /**
     * Cancels the order and gives its stock back. Asked again it changes nothing and answers the same.
     * @throws Problem not-found, also for an order of somebody else's; invalid-transition when it is too late.
     */
    cancel: (id: string, { owner }: CancelOptions = {}): Promise<OrderView> =>
      change(id, (order) => {
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

/** Puts the order's units back on the shelf. Of a deleted product nobody is told: it is gone from every list. */
async function giveBack(tx: Tx, order: Order, updatedAt: Date): Promise<Draft[]> {
  const product = await tx.product.update({
    where: { id: order.productId },
    data: { stock: { increment: order.quantity }, version: { increment: 1 }, updatedAt },
  })
  if (product.deletedAt) return []
  return [
    { type: 'stock:changed', userId: null, data: { productId: product.id, stock: Number(product.stock) } },
  ]
}
