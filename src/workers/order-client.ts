import type { OrderView } from '../contract/order.js'
import { overloaded, unknownOutcome } from '../errors.js'
import type { OrderQueue } from '../orders/batches.js'
import { QueueClosed, QueueFull } from '../orders/group-commit.js'
import { generatedKey } from '../orders/idempotency.js'
import { isCheckout, type PlacedCheckout, type PlacedOrder, type Placement } from '../orders/new-order.js'
import type { EventLog } from '../stream/log.js'
import type { OrderSpans } from '../tracing/order-spans.js'
import { ChannelClosed } from './channel.js'
import type { CommitterLink } from './committer-link.js'
import { createLookUp } from './look-up.js'

export interface OrderClientOptions {
  link: CommitterLink
  eventLog: Pick<EventLog, 'read'>
  /** Offset of the last event known here. */
  position(): number
  /** Number of orders in flight at which no more are accepted. */
  maxQueue: number
  /** Returns the checkout of an order found in the log. */
  checkoutOf(order: OrderView): Promise<PlacedCheckout['checkout']>
  /** Adds the context of traced requests; nothing by default. */
  tracing?: Pick<OrderSpans, 'carried'> | undefined
}

/** How long orders wait for a committer that is restarted, in milliseconds. */
const PATIENCE_MS = 10_000
/** Committers to which an order is sent: one of them may be what ends them. */
const MAX_ATTEMPTS = 3

/**
 * The queue of orders as a worker has it: the committer places them. Where the committer dies before it answers, its
 * successor has started before the order is looked up in the log by its request, so that an order is placed once,
 * whether or not it was committed. It may also have sent the order to another node, which has yet to place it: the order is
 * repeated under the key that it has there.
 */
export function createOrderClient(options: OrderClientOptions): OrderQueue {
  const { link, position, maxQueue, checkoutOf, tracing } = options
  const lookUp = createLookUp(options.eventLog)
  let waiting = 0
  let closed = false

  async function placedBefore(
    { requestId, ...placement }: Placement,
    after: number,
  ): Promise<PlacedOrder | PlacedCheckout | undefined> {
    const order = requestId === undefined ? undefined : await lookUp(requestId, after)
    if (!order) return undefined
    if (isCheckout(placement as Placement)) return { checkout: await checkoutOf(order), replayed: false }
    return { order, replayed: false }
  }

  async function send(placement: Placement): Promise<PlacedOrder | PlacedCheckout> {
    const after = position()
    for (let attempt = 1; ; attempt++) {
      const channel = link.channel ?? (await link.reach(PATIENCE_MS))
      if (!channel) {
        const cause = new ChannelClosed('the committer has not come back')
        throw attempt === 1 ? overloaded(1, cause) : unknownOutcome(cause)
      }
      const before = attempt > 1 && (await placedBefore(placement, after))
      if (before) return before
      try {
        if (attempt === 1 || placement.idempotencyKey !== null)
          return await channel.call<PlacedOrder | PlacedCheckout>('place', placement)
        const keyed = { ...placement, idempotencyKey: generatedKey(placement.requestId) }
        return { ...(await channel.call<PlacedOrder | PlacedCheckout>('place', keyed)), replayed: false }
      } catch (error) {
        if (!(error instanceof ChannelClosed)) throw error
        if (attempt === MAX_ATTEMPTS) throw unknownOutcome(error)
      }
    }
  }

  function place(placement: Placement): Promise<PlacedOrder | PlacedCheckout> {
    if (closed) return Promise.reject(new QueueClosed('the queue is closed'))
    if (waiting >= maxQueue) return Promise.reject(new QueueFull('the queue is full'))
    waiting++
    return send(tracing ? tracing.carried(placement) : placement).finally(() => {
      waiting--
    })
  }

  return {
    place: place as OrderQueue['place'],
    isFull: () => waiting >= maxQueue,
    waiting: () => waiting,
    async close() {
      closed = true
    },
  }
}
