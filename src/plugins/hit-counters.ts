import fp from 'fastify-plugin'
import { type CountHit, createHitCounter } from '../redis/hit-counter.js'
import { createHitClient } from '../workers/hit-client.js'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Creates a counter of hits in fixed windows, shared by all processes with Redis, and otherwise by the workers of this
     * server.
     * @param options the unique name of the counter
     */
    createHitCounter(options: { name: string; windowSeconds: number }): CountHit
  }
}

/** Decorates `app.createHitCounter`. */
export default fp(
  async (app) => {
    const { redis, siblings } = app
    app.decorate('createHitCounter', (options) =>
      !redis && siblings?.role === 'worker'
        ? createHitClient(siblings, options)
        : createHitCounter({ ...options, redis }),
    )
  },
  { name: 'hit-counters', dependencies: ['redis', 'siblings'] },
)
