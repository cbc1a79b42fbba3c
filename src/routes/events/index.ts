import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusals } from '../responses.js'
import { EventPage, EventQuery } from './schema.js'

/** The log of all that happened, for admins. */
const events: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRequest', app.requireAdmin)

  app.get(
    '',
    {
      schema: {
        operationId: 'listEvents',
        tags: ['events'],
        summary: 'What happened, oldest first',
        description:
          'Offsets are dense and in the order of commits. Ask again with the last one until `items` is empty; when `epoch` is another than before, the log is another one and starts anew.',
        querystring: EventQuery,
        response: {
          200: EventPage,
          ...refusals('invalidRequest', 'unauthenticated', 'forbidden', 'rateLimited'),
        },
      },
    },
    async (request) => {
      const { after, limit } = request.query
      const [items, epoch] = await Promise.all([app.eventLog.read(after, limit), app.eventLog.epoch()])
      return { items, epoch }
    },
  )
}

export default events
