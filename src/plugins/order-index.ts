import fp from 'fastify-plugin'
import { catchUp } from '../catch-up.js'
import { OrderIndexer } from '../orders/index-orders.js'

/** While the program runs on SQLite, indexes the orders placed by any process. */
export default fp(
  async (app) => {
    const { db, relay } = app
    if (!db.dialect.indexOrders || !app.hasJobs) return
    const indexer = new OrderIndexer(db)
    const announce = catchUp(app, {
      step: (isBusy) => indexer.step(isBusy),
      failure: 'orders could not be indexed: trying again in ten seconds',
    })
    relay.subscribe((events) => {
      if (events.some(({ type }) => type === 'order:created')) announce()
    })
    relay.onSkip(announce)
  },
  { name: 'order-index', dependencies: ['db', 'relay'] },
)
