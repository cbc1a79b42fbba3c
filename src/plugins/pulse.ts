import fp from 'fastify-plugin'
import type { AnyEvent } from '../contract/events.js'
import { createPulse } from '../pulse/pulse.js'

declare module 'fastify' {
  interface FastifyInstance {
    pulse: ReturnType<typeof createPulse>
  }
}

/** Decorates `app.pulse`: how the shop is doing. */
export default fp(
  async (app) => {
    const { db, eventLog, relay, config } = app
    const { lowStockThreshold, currency } = config
    const pulse = createPulse({ db, eventLog, relay, lowStockThreshold, currency })
    relay.subscribe((events) => pulse.applyEvents(events as AnyEvent[]))
    relay.onSkip(pulse.forgetAll)
    app.decorate('pulse', pulse)
  },
  { name: 'pulse', dependencies: ['config', 'db', 'event-log', 'relay'] },
)
