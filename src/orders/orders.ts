import { notFound, overloaded, Problem, problems } from '../errors.js'
import { isId, newId } from '../ids.js'
import { createOrderQueue, type OrderQueueOptions } from './batches.js'
import { QueueClosed, QueueFull } from './group-commit.js'
import { listOrders } from './list-orders.js'
import type { NewOrder, PlacedOrder } from './new-order.js'
import { viewOrder } from './order.js'
import { RefusalLine } from './refusal-line.js'
import { createStatusChanges } from './status.js'

interface OrdersOptions extends OrderQueueOptions {
  /** Called for each order refused because the queue is full. */
  onRefused?(): void
}

// Created once: an error captures its stack, and thousands are refused per second.
const REFUSAL = new Problem(problems.overloaded, 'Too many orders are queued: try again shortly.', {
  retryAfter: 1,
  counted: true,
})

/** The order engine. Placing goes through the group commit; all other changes are single transactions. */
export function createOrders({ onRefused, ...options }: OrdersOptions) {
  const { db, eventLog } = options
  const queue = createOrderQueue(options)
  const statusChanges = createStatusChanges({ db, eventLog })
  const refused = new RefusalLine()

  /** Refuses an order when its turn comes. */
  async function refuse(): Promise<never> {
    onRefused?.()
    await refused.wait()
    throw REFUSAL
  }

  return {
    ...statusChanges,

    /**
     * Places an order. Once it resolves, order, stock and events are committed together and on disk.
     * @throws Problem not-found, insufficient-stock, order-limit, idempotency-key-reused, unauthenticated for a
     * deleted user, or overloaded if the queue is full
     */
    async place(order: Omit<NewOrder, 'id' | 'inDoubt'>): Promise<PlacedOrder> {
      if (!isId(order.productId)) throw notFound('product')
      try {
        return await queue.place({ ...order, id: newId(), inDoubt: false })
      } catch (error) {
        if (error instanceof QueueClosed) throw overloaded(1, error)
        if (error instanceof QueueFull) return refuse()
        throw error
      }
    },

    /**
     * Refuses immediately, without examining the order, if the queue is full.
     * @throws Problem overloaded
     */
    async refuseIfFull(): Promise<void> {
      if (queue.isFull()) await refuse()
    },

    /**
     * @param owner the only user allowed to see the order; anybody if omitted
     * @throws Problem not-found, also for another user's order
     */
    async get(id: string, owner?: string) {
      const order = isId(id) ? await db.read.order.findUnique({ where: { id } }) : null
      if (!order || (owner !== undefined && order.userId !== owner)) throw notFound('order')
      return viewOrder(order)
    },

    list: (query: Parameters<typeof listOrders>[1]) => listOrders(db, query),

    /** Number of orders waiting for the next batch. */
    waiting: () => queue.waiting(),

    /** Accepts no more orders; resolves once the accepted ones are settled. */
    close() {
      refused.close()
      return queue.close()
    },
  }
}
