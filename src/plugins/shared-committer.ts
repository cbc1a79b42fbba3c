import { createHash } from 'node:crypto'
import fp from 'fastify-plugin'
import { Gauge } from 'prom-client'
import { signingSecrets } from '../accounts/access-tokens/signing-key.js'
import type { Config } from '../config.js'
import type { AnyEvent } from '../contract/events.js'
import { SharedCommitter } from '../nodes/shared-committer.js'
import type { BeforeOrder } from '../orders/before-order.js'
import { createSeal } from '../redis/seal.js'
import { VERSION } from '../version.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The node that commits the orders of all; undefined if each commits its own. */
    sharedCommitter: SharedCommitter | undefined
  }
}

/** Returns a hash of what decides on orders besides the database: nodes that differ place their own. */
function termsOf({ lowStockThreshold, orderExpiresAfter, maxOpenOrders, maxHeldUnits, currency }: Config) {
  const terms = [VERSION, lowStockThreshold, orderExpiresAfter, maxOpenOrders, maxHeldUnits, currency]
  return createHash('sha256').update(JSON.stringify(terms)).digest('base64url')
}

/**
 * Decorates `app.sharedCommitter`, with Redis and a database server, for this process or, with WORKERS, for its committer. It
 * has no part if the shop has a rule of its own for orders, which may be another at each node.
 */
export default fp<{ beforeOrder: BeforeOrder | undefined }>(
  async (app, { beforeOrder }) => {
    const { config, db, eventLog, redis, relay, siblings, tracing } = app
    const takesPart = config.orderCommitter === 'elected' && db.dialect.remote && siblings?.role !== 'worker'
    if (!takesPart || !redis || beforeOrder) {
      app.decorate('sharedCommitter', undefined)
      return
    }
    const committer = new SharedCommitter({
      redis,
      seal: createSeal(signingSecrets(config)),
      terms: termsOf(config),
      // A node that cannot reach the database leaves the orders of others alone.
      isFit: () => relay.failure === undefined,
    })
    committer.serve({
      /** Takes what the elected node has committed, before its answers to the orders of this one. */
      events(events: AnyEvent[]) {
        tracing?.events.committed(events)
        relay.committed(events)
        app.catalog.applyEvents(events)
        if (siblings?.role === 'committer') siblings.tellAll('events', events)
      },
    })
    eventLog.onCommit((events) => committer.tellAll('events', events))
    new Gauge({
      name: 'order_committer',
      help: 'Whether other nodes send their orders to this one: 1 if it is elected, else 0',
      registers: [app.metrics],
      collect() {
        this.set(committer.isElected ? 1 : 0)
      },
    })
    app.decorate('sharedCommitter', committer)
    app.addHook('onReady', () => committer.start())
    app.addHook('preClose', () => committer.resign())
    // After the queue of orders, and before the link to Redis.
    app.addHook('onClose', () => committer.close())
  },
  {
    name: 'shared-committer',
    dependencies: ['config', 'db', 'event-log', 'metrics', 'redis', 'relay', 'siblings', 'tracing'],
  },
)
