import { notFound, overloaded, Problem, problems } from '../errors.js'
import { isId, newId } from '../ids.js'
import { QueueClosed, QueueFull } from './group-commit.js'
import { listOrders } from './list-orders.js'
import { viewOrder } from './order.js'
import { createOrderQueue, type OrderQueueOptions } from './order-queue.js'
import type { NewOrder, PlacedOrder } from './place-orders.js'
import { RefusalLine } from './refusal-line.js'
import { createStatusChanges } from './status.js'

interface OrdersOptions extends OrderQueueOptions {
  /** Hears of each order that is refused because too many wait. */
  onRefused?(): void
}

// Made once: to make an error takes its stack, and thousands a second are refused.
const REFUSAL = new Problem(problems.overloaded, 'Too many orders wait: try again shortly.', {
  retryAfter: 1,
  counted: true,
})

/** All that can be done with orders. Placing goes through the group commit; the rest are single transactions. */
export function createOrders({ onRefused, ...options }: OrdersOptions) {
  const { db, eventLog } = options
  const queue = createOrderQueue(options)
  const statusChanges = createStatusChanges({ db, eventLog })
  const refused = new RefusalLine()

  /** Refuses an order in its turn. */
  async function refuse(): Promise<never> {
    onRefused?.()
    await refused.wait()
    throw REFUSAL
  }

  return {
    ...statusChanges,

    /**
     * Places an order: when it resolves, order, stock and events are committed together and on disk.
     * @throws Problem not-found, insufficient-stock, order-limit, idempotency-key-reused, unauthenticated for a user who is
     * gone, or overloaded when too many wait.
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
     * Refuses at once, without a look at the order, if as many wait as may.
     * @throws Problem overloaded
     */
    async refuseIfFull(): Promise<void> {
      if (queue.isFull()) await refuse()
    },

    /**
     * @param owner the user whose order it must be, if not anybody's
     * @throws Problem not-found, also for an order of somebody else's.
     */
    async get(id: string, owner?: string) {
      const order = isId(id) ? await db.read.order.findUnique({ where: { id } }) : null
      if (!order || (owner !== undefined && order.userId !== owner)) throw notFound('order')
      return viewOrder(order)
    },

    list: (query: Parameters<typeof listOrders>[1]) => listOrders(db, query),

    /** How many orders wait for the next batch. */
    waiting: () => queue.waiting(),

    /** Takes no more orders; resolves when those taken are settled. */
    close() {
      refused.close()
      return queue.close()
    },
  }
}
