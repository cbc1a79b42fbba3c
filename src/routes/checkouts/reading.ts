import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { alreadyHeld, etagOf } from '../../http/etag.js'
import { refusals } from '../../http/refusals.js'
import { checkoutVersionOf } from '../../orders/checkout.js'
import { ReadConditions } from '../orders/changing-schema.js'
import { CheckoutParams, versionedCheckout } from './schema.js'

const tags = ['orders']

/** Reading checkouts: one's own, or all. */
const reading: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('orders:read'))

  app.get(
    '/:id',
    {
      config: { rows: 'orders:read-all' },
      schema: {
        operationId: 'getCheckout',
        tags,
        summary: 'One checkout, with its orders as they are now',
        params: CheckoutParams,
        headers: ReadConditions,
        response: {
          200: versionedCheckout('The checkout'),
          304: Type.Null({ description: 'The client has the current version' }),
          ...refusals('unauthenticated', 'notFound', 'rateLimited'),
        },
      },
    },
    async (request, reply) => {
      const owner = app.auth.may(request, 'orders:read-all') ? undefined : request.user.sub
      const checkout = await app.orders.getCheckout(request.params.id, owner)
      const etag = etagOf(app.eventLog.epochTag(), checkoutVersionOf(checkout.orders))
      reply.header('etag', etag)
      if (alreadyHeld(request.headers['if-none-match'], etag)) return reply.code(304).send(null)
      return checkout
    },
  )
}

export default reading
