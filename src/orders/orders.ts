import { DatabaseBusy } from '../db/retry.js'
import { isStorageFailure } from '../db/storage.js'
import type { Db } from '../db/types.js'
import { notFound, overloaded } from '../errors.js'
import { isId, newId } from '../ids.js'
import type { EventLog } from '../stream/log.js'
import { GroupCommit, type Outcome, QueueClosed, QueueFull } from './group-commit.js'
import { listOrders } from './list-orders.js'
import { viewOrder } from './order.js'
import { createPlaceOrders, type NewOrder, type PlacedOrder } from './place-orders.js'
import { createStatusChanges } from './status.js'

interface OrdersOptions {
  db: Db
  eventLog: EventLog
  lowStockThreshold: number
  maxBatch: number
  maxQueue: number
  /** Hears of each committed batch: how many orders were asked for, and how many seconds the commit took. */
  onBatch?(size: number, seconds: number): void
}

/** All that can be done with orders. Placing goes through the group commit; the rest are single transactions. */
export function createOrders({
  db,
  eventLog,
  lowStockThreshold,
  maxBatch,
  maxQueue,
  onBatch,
}: OrdersOptions) {
  const placeOrders = createPlaceOrders({ db, eventLog, lowStockThreshold })
  const statusChanges = createStatusChanges({ db, eventLog })

  async function commit(batch: NewOrder[]): Promise<Outcome<PlacedOrder>[]> {
    const started = performance.now()
    const outcomes = await placeOrders(batch)
    onBatch?.(batch.length, (performance.now() - started) / 1000)
    return outcomes
  }
  const queue = new GroupCommit<NewOrder, PlacedOrder>({
    maxBatch,
    maxQueue,
    commit,
    isOutage: (error) => error instanceof DatabaseBusy || isStorageFailure(error),
    overlap: db.dialect.remote,
  })

  return {
    ...statusChanges,

    /**
     * Places an order: when it resolves, order, stock and events are committed together and on disk.
     * @throws Problem not-found, insufficient-stock, idempotency-key-reused, or overloaded when too many wait.
     */
    async place(order: Omit<NewOrder, 'id'>): Promise<PlacedOrder> {
      if (!isId(order.productId)) throw notFound('product')
      try {
        return await queue.push({ ...order, id: newId() })
      } catch (error) {
        if (error instanceof QueueFull || error instanceof QueueClosed) throw overloaded(1, error)
        throw error
      }
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
    waiting: () => queue.waiting,

    /** Takes no more orders; resolves when those taken are settled. */
    close: () => queue.close(),
  }
}
