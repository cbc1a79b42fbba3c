import { Type } from '@sinclair/typebox'
import fp from 'fastify-plugin'
import { Problem, problems } from '../../errors.js'
import { refusals } from '../../http/refusals.js'

const Health = Type.Object(
  { status: Type.Literal('ok') },
  { title: 'Health', description: 'Live, or ready for requests', examples: [{ status: 'ok' }] },
)

/** What a supervisor and a balancer ask: is the process alive, and should it get requests. */
export default fp(
  async (app) => {
    app.get(
      '/health/live',
      {
        schema: {
          operationId: 'getLiveness',
          tags: ['operations'],
          summary: 'Whether the process answers',
          security: [],
          response: { 200: Health, ...refusals('rateLimited') },
        },
      },
      async () => ({ status: 'ok' as const }),
    )
    app.get(
      '/health/ready',
      {
        schema: {
          operationId: 'getReadiness',
          tags: ['operations'],
          summary: 'Whether requests should be sent here',
          security: [],
          response: { 200: Health, ...refusals('rateLimited', 'unavailable') },
        },
      },
      async () => {
        if (app.connections.closing)
          throw new Problem(problems.unavailable, 'The server is closing.', { retryAfter: 1 })
        try {
          await app.db.read.$queryRaw`SELECT 1`
        } catch (cause) {
          throw new Problem(problems.unavailable, 'The database does not answer.', { retryAfter: 1, cause })
        }
        try {
          await app.db.checkWritable()
        } catch (cause) {
          throw new Problem(problems.unavailable, 'The database accepts no writes.', { retryAfter: 1, cause })
        }
        if (app.siblings?.role === 'worker' && !(await app.siblings.ask('ping', null, () => undefined)))
          throw new Problem(problems.unavailable, 'Orders have to wait.', { retryAfter: 1 })
        if (app.relay.failure !== undefined)
          throw new Problem(problems.unavailable, 'Live events are delayed.', {
            retryAfter: 1,
            cause: app.relay.failure,
          })
        return { status: 'ok' as const }
      },
    )
  },
  { name: 'health', dependencies: ['connections', 'db', 'errors', 'relay'] },
)
