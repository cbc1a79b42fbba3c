import fp from 'fastify-plugin'
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
    const pulse = createPulse({ db, eventLog, relay, lowStockThreshold: config.lowStockThreshold })
    relay.subscribe(pulse.applyEvents)
    relay.onSkip(pulse.forgetAll)
    app.decorate('pulse', pulse)
  },
  { name: 'pulse', dependencies: ['config', 'db', 'event-log', 'relay'] },
)
