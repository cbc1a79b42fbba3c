import { finished } from 'node:stream'
import type { TracerProvider } from '@opentelemetry/api'
import fp from 'fastify-plugin'
import { createLazyChild } from '../log/lazy-child.js'
import type { Tracing } from '../tracing/tracing.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Undefined unless traces are on. */
    tracing: Tracing | undefined
  }
}

/** Least time between two lines about a collector that does not take spans. */
const TELL_EVERY_MS = 60_000

/**
 * Decorates `app.tracing`, and has a span for each request, if traces are on. Otherwise it loads and hooks nothing.
 * @param options.provider of the program around the shop, which sends the spans; by default the settings say where to
 */
export default fp<{ provider: TracerProvider | undefined }>(
  async (app, { provider }) => {
    const { config, basePath } = app
    const where = provider ?? config.tracing
    if (!where) {
      app.decorate('tracing', undefined)
      return
    }
    let toldAt = Number.NEGATIVE_INFINITY
    const onFailure = (err: unknown) => {
      if (performance.now() - toldAt < TELL_EVERY_MS) return
      toldAt = performance.now()
      app.log.warn({ err }, 'the collector does not take traces: spans are lost')
    }
    const { startTracing } = await import('../tracing/tracing.js')
    const tracing = startTracing(where, onFailure)
    app.decorate('tracing', tracing)
    app.addHook('onRequest', (request, reply, done) => {
      const { id, method, headers, protocol: scheme, routeOptions, url } = request
      const route = routeOptions.url === undefined ? undefined : basePath + routeOptions.url
      const path = basePath + (url.split(/[?#]/, 1)[0] ?? '')
      const span = tracing.startRequest({ id, method, route, path, scheme, headers })
      if (!span) return done()
      const bindings = { trace_id: span.traceId, span_id: span.spanId }
      request.log = reply.log = createLazyChild(request.log, bindings, {})
      finished(reply.raw, (error) => span.end(error ? undefined : reply.statusCode))
      done()
    })
    app.addHook('onClose', () => tracing.close())
  },
  { name: 'tracing', dependencies: ['config', 'forwarding'] },
)
