import type { CheckoutView } from '../contract/checkout.js'
import type { OrderView } from '../contract/order.js'
import { onReplicas } from '../db/db.js'
import { invalidRequest, notFound, overloaded, Problem, problems, productsNotFound } from '../errors.js'
import { isId } from '../ids.js'
import { createOrderQueue, type OrderQueue, type OrderQueueOptions } from './batches.js'
import { createCheckoutChanges } from './change-checkout.js'
import { createOrderChanges } from './change-order.js'
import { createStatusesChange } from './change-statuses.js'
import { findCheckout } from './checkout.js'
import { createExpiry } from './expire-orders.js'
import { QueueClosed, QueueFull } from './group-commit.js'
import type { NewCheckout, NewOrder, OrderLine, PlacedCheckout, PlacedOrder, Placement } from './new-order.js'
import { viewOrder } from './order.js'
import { orderHistory } from './order-history.js'
import { RefusalLine } from './refusal-line.js'
import { expandOrders, type OrderExpansion } from './search/expand.js'
import { createOrderSearch } from './search/search-orders.js'
import type { ChangeOptions } from './write-changes.js'

interface OrdersOptions extends OrderQueueOptions, Pick<ChangeOptions, 'onOverMaximum'> {
  /** In place of the own queue: that of another process. */
  queue?: OrderQueue | undefined
  /** Name of the shop, as customers know it. */
  shopName?: string
  /** Called for each order refused because the queue is full. */
  onRefused?(): void
}

// Created once: an error captures its stack, and thousands are refused per second.
const REFUSAL = new Problem(problems.overloaded, 'Too many orders are queued: try again shortly.', {
  retryAfter: 1,
  counted: true,
})

/** The order engine. Placing goes through the group commit; all other changes are single transactions. */
export function createOrders({
  onRefused,
  onOverMaximum,
  shopName = 'Stockroom',
  ...options
}: OrdersOptions) {
  const { db, eventLog } = options
  const changeOptions = { db, eventLog, ...(onOverMaximum && { onOverMaximum }) }
  const queue = options.queue ?? createOrderQueue(options)
  const search = createOrderSearch(onReplicas(db))
  const refused = new RefusalLine()

  /** Refuses an order when its turn comes. */
  async function refuse(): Promise<never> {
    onRefused?.()
    await refused.wait()
    throw REFUSAL
  }

  /** @throws Problem overloaded in place of the queue's own errors */
  async function queued<T>(place: () => Promise<T>): Promise<T> {
    try {
      return await place()
    } catch (error) {
      if (error instanceof QueueClosed) throw overloaded(1, error)
      if (error instanceof QueueFull) return refuse()
      throw error
    }
  }

  /** @throws Problem not-found, naming all products that are missing, if some ids are none */
  async function refuseMalformed(lines: OrderLine[]): Promise<void> {
    const ids = lines.map(({ productId }) => productId)
    const known = ids.filter(isId)
    if (known.length === ids.length) return
    const where = { id: { in: known }, deletedAt: null }
    const rows = await db.read.product.findMany({ where, select: { id: true } })
    const found = new Set(rows.map(({ id }) => id))
    throw productsNotFound(ids.filter((id) => !found.has(id)))
  }

  return {
    ...createOrderChanges(changeOptions),
    ...createStatusesChange(changeOptions),
    ...createCheckoutChanges(changeOptions),

    /** Cancels orders that have expired. */
    expiry: createExpiry(changeOptions),

    /**
     * Places an order. Once it resolves, order, stock and events are committed together and on disk.
     * @throws Problem not-found, insufficient-stock, order-limit, idempotency-key-reused, unauthenticated for a
     * deleted user, or overloaded if the queue is full
     */
    async place(order: Omit<NewOrder, 'id' | 'inDoubt'>): Promise<PlacedOrder> {
      if (!isId(order.productId)) throw notFound('product')
      const { productId, quantity, userId, idempotencyKey, note, metadata, expiresIn, requestId } = order
      return queued(() =>
        // Not a spread: this runs for every order, and copies are objects of a slower kind.
        queue.place({
          id: undefined,
          productId,
          quantity,
          userId,
          idempotencyKey,
          note,
          metadata,
          expiresIn,
          requestId,
          inDoubt: false,
        }),
      )
    },

    /**
     * Places the orders of a checkout, all or none. Once it resolves, orders, stock and events are committed together and
     * on disk.
     * @throws Problem invalid-request if a product is in two lines; not-found, with `productIds`; insufficient-stock, with
     * `shortages`; otherwise as `place`
     */
    async checkout(checkout: Omit<NewCheckout, 'id' | 'inDoubt'>): Promise<PlacedCheckout> {
      const lines = checkout.lines.map(({ productId, quantity }) => ({ productId, quantity }))
      refuseRepeated(lines)
      await refuseMalformed(lines)
      return queued(() => queue.place({ ...checkout, lines, inDoubt: false }))
    },

    /** Places what another process has accepted: as `place` and `checkout`, whose checks it has made. */
    placeFor: (placement: Placement) =>
      queued<PlacedOrder | PlacedCheckout>(() => queue.place(placement as NewOrder)),

    /**
     * Calls `done` if the queue has room; otherwise with Problem overloaded, when the refusal's turn comes. A callback,
     * since a promise for each order took a microsecond.
     */
    refuseIfFull(done: (refusal?: Error) => void): void {
      if (queue.isFull()) refuse().catch(done)
      else done()
    },

    /**
     * @param owner the only user allowed to see the order; anybody if omitted
     * @throws Problem not-found, also for another user's order
     */
    async get(id: string, owner?: string) {
      const order = isId(id) ? await db.read.order.findUnique({ where: { id } }) : null
      if (!order || (owner !== undefined && order.userId !== owner)) throw notFound('order')
      return viewOrder(order, db.money)
    },

    /**
     * @param owner the only user allowed to see the checkout; anybody if omitted
     * @throws Problem not-found, also for another user's checkout
     */
    async getCheckout(id: string, owner?: string): Promise<CheckoutView> {
      const checkout = await findCheckout(db, id, owner)
      if (!checkout) throw notFound('checkout')
      return checkout
    },

    /**
     * Returns what happened to an order, oldest first.
     * @param owner the only user allowed to see it, to whom everybody else is the shop; anybody if omitted
     * @throws Problem not-found, also for another user's order
     */
    history: (id: string, owner?: string) => orderHistory(db, id, { owner, shopName }),

    ...search,

    /** Puts customers and products beside orders. */
    expand: (orders: OrderView[], expansions: readonly OrderExpansion[]) =>
      expandOrders(db, orders, expansions),

    /** Number of orders waiting for the next batch. */
    waiting: () => queue.waiting(),

    /** Accepts no more orders; resolves once the accepted ones are settled. */
    close() {
      refused.close()
      return queue.close()
    },
  }
}

/** @throws Problem invalid-request if a product is in two lines */
function refuseRepeated(lines: OrderLine[]): void {
  const seen = new Set<string>()
  const errors = lines.flatMap(({ productId }, i) => {
    if (seen.has(productId))
      return { path: `items.${i}.productId`, message: 'is the product of an earlier item' }
    seen.add(productId)
    return []
  })
  if (errors.length > 0) throw invalidRequest(errors)
}
