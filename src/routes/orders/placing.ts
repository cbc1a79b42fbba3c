import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { parseIdempotencyKey } from '../../http/idempotency-key.js'
import { refusals, unreadable } from '../../http/refusals.js'
import { NewOrder, NewOrderHeaders, PlacedOrder } from './schema.js'

const tags = ['orders']

/** Placing orders. */
const placing: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('orders:place'))

  app.post(
    '',
    {
      config: { rows: 'own' },
      // Before the body is read: a refusal must cost little.
      onRequest: (_request, _reply, done) => app.orders.refuseIfFull(done),
      schema: {
        operationId: 'placeOrder',
        tags,
        summary: 'Place an order',
        description:
          'A 201 means that the order, the stock and the events are committed together and on disk.',
        headers: NewOrderHeaders,
        body: NewOrder,
        response: {
          201: PlacedOrder,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'unauthenticated',
            'crossSite',
            'notFound',
            'emailNotVerified',
            'insufficientStock',
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
      const { productId, quantity, note, metadata, expiresIn } = request.body
      const { order, replayed } = await app.orders.place({
        userId: request.user.sub,
        productId,
        quantity,
        note,
        metadata,
        expiresIn,
        idempotencyKey: parseIdempotencyKey(request.headers['idempotency-key']),
        requestId: request.id,
      })
      if (replayed) reply.header('idempotent-replayed', 'true')
      reply.code(201).header('location', `${app.basePath}/orders/${order.id}`)
      return order
    },
  )
}

export default placing
