import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusals } from '../../http/refusals.js'
import { Pulse, PulseQuery } from './schema.js'

/** How the shop is doing, for admins and staff. */
const pulse: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('pulse:read'))

  app.get(
    '',
    {
      schema: {
        operationId: 'getPulse',
        tags: ['operations'],
        summary: 'How the shop is doing',
        description:
          'Totals since `since` (the last 24 hours by default), the last hour by the minute, products running low, and the lag of the live events.',
        querystring: PulseQuery,
        response: {
          200: Pulse,
          ...refusals('invalidRequest', 'unauthenticated', 'forbidden', 'rateLimited'),
        },
      },
    },
    ({ query }) => app.pulse.read(query.since),
  )
}

export default pulse
