import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { parseIdempotencyKey } from '../../http/idempotency-key.js'
import { refusals, unreadable } from '../../http/refusals.js'
import { NewOrderHeaders } from '../orders/schema.js'
import { NewCheckout, PlacedCheckout } from './schema.js'

const tags = ['orders']

/** Placing several orders together. */
const placing: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('orders:place'))

  app.post(
    '',
    {
      config: { rows: 'own' },
      // Before the body is read: a refusal must cost little.
      onRequest: (_request, _reply, done) => app.orders.refuseIfFull(done),
      schema: {
        operationId: 'placeCheckout',
        tags,
        summary: 'Place orders of several products together',
        description:
          'Places one order of each item, or none at all. A 201 means that the orders, the stock and the events are ' +
          'committed together and on disk.',
        headers: NewOrderHeaders,
        body: NewCheckout,
        response: {
          201: PlacedCheckout,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'unauthenticated',
            'crossSite',
            'productsNotFound',
            'emailNotVerified',
            'shortOfStock',
            'orderLimit',
            'orderRefused',
            'keyReused',
            'rateLimited',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const { items, ...terms } = request.body
      const { checkout, replayed } = await app.orders.checkout({
        ...terms,
        userId: request.user.sub,
        lines: items,
        idempotencyKey: parseIdempotencyKey(request.headers['idempotency-key']),
        requestId: request.id,
      })
      if (replayed) reply.header('idempotent-replayed', 'true')
      reply.code(201).header('location', `${app.basePath}/checkouts/${checkout.id}`)
      return checkout
    },
  )
}

export default placing
