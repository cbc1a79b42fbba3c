import fp from 'fastify-plugin'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { measureRequests } from '../metrics/request-durations.js'

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Registry
  }
}

/** Decorates `app.metrics` with the process's registry, and times every request. */
export default fp(
  async (app) => {
    const registry = new Registry()
    collectDefaultMetrics({ register: registry })
    const durations = measureRequests(registry)
    app.addHook('onResponse', (request, reply, done) => {
      // Labels are routes, never addresses: what clients send must not make series.
      const route = request.routeOptions.url ?? 'none'
      durations.observe(request.method, route, reply.statusCode, reply.elapsedTime / 1000)
      done()
    })
    app.decorate('metrics', registry)
  },
  { name: 'metrics' },
)
