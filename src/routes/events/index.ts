import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { invalidRequest, Problem, problems } from '../../errors.js'
import { typeFault } from '../../http/field-faults.js'
import { refusals } from '../../http/refusals.js'
import { DescribedEventPage, EventPage, EventQuery } from './schema.js'

/** The event log, for admins. */
const events: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('events:read'))

  app.get(
    '',
    {
      config: { documented: { 200: DescribedEventPage } },
      preValidation: async ({ query }) => {
        // Elsewhere an empty parameter counts as absent. A client without its offset would read the whole log.
        if (query.after === ('' as never))
          throw invalidRequest([{ path: 'after', message: typeFault('integer') }])
      },
      schema: {
        operationId: 'listEvents',
        tags: ['events'],
        summary: 'What happened, oldest first',
        description:
          'Offsets have no gaps and follow the order of commits. Repeat with the last one until `items` is empty. If `epoch` has changed, for example after a backup was restored, the offsets that you know do not belong to this log: reload your state. If you send the `epoch` that you know, the response in that case is 409.',
        querystring: EventQuery,
        response: {
          200: EventPage,
          ...refusals('invalidRequest', 'unauthenticated', 'forbidden', 'otherLog', 'rateLimited'),
        },
      },
    },
    async (request) => {
      const { after, limit, epoch: expected } = request.query
      const items = await app.eventLog.read(after, limit)
      // Read last: if the log is replaced in between, the client discards what it got.
      const epoch = await app.eventLog.readEpoch()
      if (expected !== undefined && expected !== epoch)
        throw new Problem(problems.otherLog, 'The log has another epoch: reload your state.', {
          extra: { epoch },
        })
      return { items, epoch }
    },
  )
}

export default events
