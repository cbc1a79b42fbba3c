import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { CheckoutView } from '../../contract/checkout.js'
import { acceptedBy, etagOf } from '../../http/etag.js'
import { refusals, unreadable } from '../../http/refusals.js'
import { checkoutVersionOf } from '../../orders/checkout.js'
import { StatusChange } from '../orders/changing-schema.js'
import { CheckoutParams, versionedCheckout, WriteConditions } from './schema.js'

const tags = ['orders']

const NOW = versionedCheckout('The checkout as it is now')

/** Returns the author of a change, and the versions it expects. */
const changeOf = (request: FastifyRequest) => ({
  origin: request.server.auth.originOf(request),
  accepts: acceptedBy(request.headers['if-match'], request.server.eventLog.epochTag()),
})

/** Returns the answer with a checkout as it is now. */
const answerOf =
  ({ server }: FastifyRequest) =>
  (checkout: CheckoutView) => ({
    headers: { etag: etagOf(server.eventLog.epochTag(), checkoutVersionOf(checkout.orders)) },
    body: checkout,
  })

/** Cancelling checkouts: one's own while their orders are pending, or all. */
const cancelling: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('orders:cancel'))

  app.post(
    '/:id/cancel',
    {
      config: { idempotent: true, rows: 'orders:change', told: { event: 'sensitive_update' } },
      schema: {
        operationId: 'cancelCheckout',
        tags,
        summary: 'Cancel all orders of a checkout',
        description:
          'All of them or none; orders that were cancelled before are left out. Returns the stock once, however often it is ' +
          'called. Customers may cancel while all orders are pending. With If-Match, a checkout of which somebody else has ' +
          'changed an order is not cancelled; one that is cancelled already matches any version.',
        params: CheckoutParams,
        headers: WriteConditions,
        response: {
          200: NOW,
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
    async (request, reply) =>
      app.once(
        reply,
        (remember) =>
          app.orders.cancelCheckout(request.params.id, {
            owner: app.auth.may(request, 'orders:change') ? undefined : request.user.sub,
            ...changeOf(request),
            remember,
          }),
        answerOf(request),
      ),
  )
}

/** Moving checkouts along the statuses of their orders. */
const moving: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('orders:change'))

  app.patch(
    '/:id',
    {
      config: { idempotent: true, told: { event: 'sensitive_update', fields: ['status'] } },
      schema: {
        operationId: 'changeCheckoutStatus',
        tags,
        summary: 'Change the status of all orders of a checkout',
        description:
          'All of them or none; orders that were cancelled before are left out. 409 if the status may not follow that of one. ' +
          'With If-Match, a checkout of which somebody else has changed an order is not modified.',
        params: CheckoutParams,
        headers: WriteConditions,
        body: StatusChange,
        response: {
          200: NOW,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'unauthenticated',
            'forbidden',
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
    async (request, reply) =>
      app.once(
        reply,
        (remember) =>
          app.orders.changeCheckoutStatus(request.params.id, request.body.status, {
            ...changeOf(request),
            remember,
          }),
        answerOf(request),
      ),
  )
}

const changing: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(cancelling)
  await app.register(moving)
}

export default changing
