import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusals } from '../responses.js'

const example = `# HELP order_queue_length Orders that wait for the next transaction
# TYPE order_queue_length gauge
order_queue_length 0
`

/** What a Prometheus server scrapes. */
const metrics: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'getMetrics',
        tags: ['operations'],
        summary: 'Metrics in the Prometheus text format',
        security: [],
        response: {
          200: {
            description: 'Metrics',
            content: { 'text/plain': { schema: { type: 'string', examples: [example] } } },
          },
          ...refusals('rateLimited'),
        },
      },
    },
    async (_request, reply) => reply.type(app.metrics.contentType).send(await app.metrics.metrics()),
  )
}

export default metrics
