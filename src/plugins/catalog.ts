import fp from 'fastify-plugin'
import { createCatalog } from '../catalog/catalog.js'

declare module 'fastify' {
  interface FastifyInstance {
    catalog: ReturnType<typeof createCatalog>
  }
}

/** Decorates `app.catalog` with the products for sale. */
export default fp(
  async (app) => {
    const { db, eventLog, relay, config } = app
    const catalog = createCatalog({ db, eventLog, lowStockThreshold: config.lowStockThreshold })
    relay.subscribe(catalog.applyEvents)
    relay.onSkip(catalog.forgetAll)
    app.decorate('catalog', catalog)
  },
  { name: 'catalog', dependencies: ['config', 'db', 'event-log', 'relay'] },
)
