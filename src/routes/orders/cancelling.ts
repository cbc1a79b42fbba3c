import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { OrderView } from '../../contract/order.js'
import { acceptedBy, etagOf } from '../../http/etag.js'
import { refusals, unreadable } from '../../http/refusals.js'
import { versionOf } from '../../orders/order.js'
import { versionedOrder, WriteConditions } from './changing-schema.js'
import { OrderParams } from './schema.js'

/** Cancelling orders: one's own while they are pending, or all. */
const cancelling: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('orders:cancel'))

  app.post(
    '/:id/cancel',
    {
      config: { idempotent: true, rows: 'orders:change', told: { event: 'sensitive_update' } },
      schema: {
        operationId: 'cancelOrder',
        tags: ['orders'],
        summary: 'Cancel an order',
        description:
          'Returns the stock once, however often it is called. Customers may cancel pending orders. With If-Match, an order ' +
          'that somebody else has changed is not cancelled; one that is cancelled already matches any version.',
        params: OrderParams,
        headers: WriteConditions,
        response: {
          200: versionedOrder('The order as it is now'),
          ...refusals(
            ...unreadable,
            'unauthenticated',
            'crossSite',
            'notFound',
            'invalidTransition',
            'preconditionFailed',
            'rateLimited',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const epochTag = app.eventLog.epochTag()
      return app.once(
        reply,
        (remember) =>
          app.orders.cancel(request.params.id, {
            owner: app.auth.may(request, 'orders:change') ? undefined : request.user.sub,
            origin: app.auth.originOf(request),
            accepts: acceptedBy(request.headers['if-match'], epochTag),
            remember,
          }),
        (order: OrderView) => ({
          headers: { etag: etagOf(epochTag, versionOf(order.updatedAt)) },
          body: order,
        }),
      )
    },
  )
}

export default cancelling
