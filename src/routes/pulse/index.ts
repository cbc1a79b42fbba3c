import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusals } from '../../http/refusals.js'
import { Sales, SalesQuery } from './sales-schema.js'
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
    ({ query }) => app.pulse.read(query.since, query.low),
  )

  app.get(
    '/sales',
    {
      schema: {
        operationId: 'getSales',
        tags: ['operations'],
        summary: 'The sales of a day, a week or a month',
        description:
          'Orders and takings from `from` to `to`, at most 32 days, by the hour; beside them those of a range as long that begins at `before` and ends at `from` at the latest, and the products of which most units were ordered. Read from sums that are kept behind the log, usually by less than a second: `offset` tells how far they are. Ranges are rounded to quarters of an hour, and for the products to days (UTC).',
        querystring: SalesQuery,
        response: {
          200: Sales,
          ...refusals('invalidRequest', 'unauthenticated', 'forbidden', 'rateLimited'),
        },
      },
    },
    ({ query }) => app.sales.read(query),
  )
}

export default pulse
