import fp from 'fastify-plugin'
import { Counter, Gauge, Histogram } from 'prom-client'
import type { OrderView } from '../contract/order.js'
import { observeId } from '../ids.js'
import type { SharedCommitter } from '../nodes/shared-committer.js'
import { createSharedQueue, placingMethods } from '../nodes/shared-queue.js'
import { createOrderQueue, type OrderQueue, type OrderQueueOptions } from '../orders/batches.js'
import type { BeforeOrder } from '../orders/before-order.js'
import { createOrders } from '../orders/orders.js'
import { createOrderClient } from '../workers/order-client.js'

declare module 'fastify' {
  interface FastifyInstance {
    orders: ReturnType<typeof createOrders>
  }
}

const TELL_MS = 1_000

/** Decorates `app.orders`, whose queue is drained before the database closes. */
export default fp<{ beforeOrder: BeforeOrder | undefined }>(
  async (app, { beforeOrder }) => {
    const registers = [app.metrics]
    const size = new Histogram({
      name: 'order_batch_size',
      help: 'Orders that were decided in one transaction',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      registers,
    })
    const seconds = new Histogram({
      name: 'order_batch_seconds',
      help: 'Time that a transaction of orders took, its commit included',
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    })
    const refused = new Counter({
      name: 'orders_refused_total',
      help: 'Orders that were refused because as many waited as may (ORDER_QUEUE_MAX)',
      registers,
    })
    let unreported = 0
    let timer: NodeJS.Timeout | undefined
    /** Logs refusals once a second, however many there are. */
    const tell = () => {
      unreported++
      timer ??= setTimeout(() => {
        app.log.warn({ refused: unreported }, 'orders were refused: as many wait as ORDER_QUEUE_MAX lets')
        unreported = 0
        timer = undefined
      }, TELL_MS).unref()
    }
    const { siblings, eventLog, relay, sharedCommitter } = app
    const options: OrderQueueOptions = {
      db: app.db,
      eventLog,
      lowStockThreshold: app.config.lowStockThreshold,
      maxBatch: app.config.orderBatchMax,
      maxQueue: app.config.orderQueueMax,
      expiresAfter: app.config.orderExpiresAfter,
      limits: { maxOpenOrders: app.config.maxOpenOrders, maxHeldUnits: app.config.maxHeldUnits },
      beforeOrder,
      tracing: app.tracing?.orders,
      onBatch(orders, time) {
        size.observe(orders)
        seconds.observe(time)
      },
    }
    const elsewhere = {
      eventLog,
      position: () => relay.position,
      maxQueue: app.config.orderQueueMax,
    }
    /** The queue of another process in front of the own one. */
    const queueOf = (committer: SharedCommitter): OrderQueue => {
      const own = createOrderQueue(options)
      const forwarded = new Counter({
        name: 'orders_forwarded_total',
        help: 'Orders and checkouts that were sent to the node elected to commit them',
        registers,
      })
      committer.serve(placingMethods(own))
      return createSharedQueue({
        ...elsewhere,
        own,
        channel: () => committer.channel,
        carried: app.tracing?.orders.carried,
        onForward: () => forwarded.inc(),
      })
    }
    const queue =
      siblings?.role === 'worker'
        ? createOrderClient({
            ...elsewhere,
            link: siblings,
            tracing: app.tracing?.orders,
            checkoutOf: ({ checkoutId }) => orders.getCheckout(checkoutId as string),
          })
        : sharedCommitter && queueOf(sharedCommitter)
    const orders: ReturnType<typeof createOrders> = createOrders({
      ...options,
      queue,
      shopName: app.config.shopName,
      onOverMaximum(product) {
        app.log.warn(product, 'cancelled orders have raised a stock above the maximum')
      },
      onRefused() {
        refused.inc()
        tell()
      },
    })
    new Gauge({
      name: 'order_queue_length',
      help: 'Orders that wait for the next transaction',
      registers,
      collect() {
        this.set(orders.waiting())
      },
    })
    // Of other processes, whose clocks may be ahead: orders placed here afterwards are listed above theirs.
    app.relay.subscribe((events) => {
      for (const { type, data } of events) if (type === 'order:created') observeId((data as OrderView).id)
    })
    app.decorate('orders', orders)
    app.addHook('onClose', () => orders.close())
  },
  {
    name: 'orders',
    dependencies: ['config', 'db', 'event-log', 'metrics', 'relay', 'shared-committer', 'tracing'],
  },
)
