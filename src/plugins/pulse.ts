import fp from 'fastify-plugin'
import { LowStock } from '../pulse/low-stock.js'
import { Takings } from '../pulse/takings.js'
import type { AnyEvent } from '../stream/events.js'

declare module 'fastify' {
  interface FastifyInstance {
    pulse: { takings: Takings; lowStock: LowStock }
  }
}

/** How far back takings are told: a day, also where the clocks were set back in it, and the hour of a chart. */
export const TAKINGS_KEPT_MS = 26 * 60 * 60 * 1000

/** Decorates `app.pulse`: how the shop is doing. */
export default fp(
  async (app) => {
    const takings = new Takings(app.db, TAKINGS_KEPT_MS)
    const lowStock = new LowStock(app.db, app.config.lowStockThreshold)
    app.relay.subscribe((delivered) => {
      const events = delivered as AnyEvent[]
      takings.note(events)
      lowStock.note(events)
    })
    app.relay.onSkip(() => {
      takings.forgetAll()
      lowStock.forgetAll()
    })
    app.decorate('pulse', { takings, lowStock })
  },
  { name: 'pulse', dependencies: ['config', 'db', 'relay'] },
)
