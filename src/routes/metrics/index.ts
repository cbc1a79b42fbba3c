import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { isLocal } from '../../http/local.js'
import { refusals } from '../../http/refusals.js'
import { gatherMetrics } from '../../workers/gather-metrics.js'

const example = `# HELP order_queue_length Orders that wait for the next transaction
# TYPE order_queue_length gauge
order_queue_length 0
`

const digest = (text: string) => createHash('sha256').update(text).digest()

/** What a Prometheus server scrapes: open to this machine, to METRICS_TOKEN and to admins. */
const metrics: FastifyPluginAsyncTypebox = async (app) => {
  const { metricsToken } = app.config
  const expected = metricsToken === undefined ? undefined : digest(`Bearer ${metricsToken}`)
  // Digests have one length, and comparing them tells nothing of the token by the time it takes.
  const isScraper = (authorization = '') =>
    expected !== undefined && timingSafeEqual(digest(authorization), expected)

  app.addHook('onRequest', (request, _reply, done) => {
    if (!isLocal(request.raw) && !isScraper(request.headers.authorization))
      app.auth.authorize(request, 'metrics:read')
    done()
  })

  app.get(
    '',
    {
      config: { access: 'metrics:read' },
      schema: {
        operationId: 'getMetrics',
        tags: ['operations'],
        summary: 'Metrics in the Prometheus text format',
        description:
          'Open to programs on the same machine; from elsewhere, to admins and to `Authorization: Bearer METRICS_TOKEN`.',
        security: [{}, { bearer: [] }, { cookie: [] }],
        response: {
          200: {
            description: 'Metrics',
            content: { 'text/plain': { schema: { type: 'string', examples: [example] } } },
          },
          ...refusals('unauthenticated', 'forbidden', 'rateLimited'),
        },
      },
    },
    async (_request, reply) => {
      const { siblings, metrics: registry } = app
      const text = siblings?.role === 'worker' ? gatherMetrics(siblings, registry) : registry.metrics()
      return reply.type(registry.contentType).send(await text)
    },
  )
}

export default metrics
