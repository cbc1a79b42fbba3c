import fp from 'fastify-plugin'
import { catchUp } from '../catch-up.js'
import { SalesProjector } from '../sales/project-sales.js'
import { createSales } from '../sales/sales.js'

declare module 'fastify' {
  interface FastifyInstance {
    sales: ReturnType<typeof createSales>
  }
}

/** Decorates `app.sales`, the figures of sales, and keeps them up to date while the program runs. */
export default fp(
  async (app) => {
    const { db, eventLog, relay } = app
    app.decorate('sales', createSales(db))
    if (!app.hasJobs) return
    const projector = new SalesProjector(db, eventLog)
    const announce = catchUp(app, {
      step: (isBusy) => projector.step(isBusy),
      failure: 'sales could not be summed up: trying again in ten seconds',
    })
    relay.subscribe((events) => {
      projector.recent.hear(events)
      announce()
    })
    relay.onSkip(() => {
      projector.recent.forget()
      announce()
    })
  },
  { name: 'sales', dependencies: ['db', 'event-log', 'relay'] },
)
