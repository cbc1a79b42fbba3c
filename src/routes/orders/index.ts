import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Problem, problems } from '../../errors.js'
import { refusals, unreadable } from '../../http/refusals.js'
import { parseIdempotencyKey } from './idempotency-key.js'
import {
  NewOrder,
  NewOrderHeaders,
  Order,
  OrderPage,
  OrderParams,
  OrderQuery,
  PlacedOrder,
  StatusChange,
} from './schema.js'

const tags = ['orders']

/** Placing orders. */
const placing: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('orders:place'))

  app.post(
    '',
    {
      config: { rows: 'own' },
      // Before the body is read: a refusal must cost little.
      onRequest: () => app.orders.refuseIfFull(),
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
          ...refusals('invalidRequest', ...unreadable, 'unauthenticated', 'crossSite', 'notFound'),
          ...refusals(
            'emailNotVerified',
            'insufficientStock',
            'orderLimit',
            'keyReused',
            'rateLimited',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const { order, replayed } = await app.orders.place({
        userId: request.user.sub,
        productId: request.body.productId,
        quantity: request.body.quantity,
        idempotencyKey: parseIdempotencyKey(request.headers['idempotency-key']),
        requestId: request.id,
      })
      if (replayed) reply.header('idempotent-replayed', 'true')
      reply.code(201).header('location', `/orders/${order.id}`)
      return order
    },
  )
}

/** Reading orders: one's own, or all. */
const reading: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('orders:read'))

  app.get(
    '',
    {
      config: { rows: 'orders:read-all' },
      schema: {
        operationId: 'listOrders',
        tags,
        summary: 'List orders, newest first',
        querystring: OrderQuery,
        response: {
          200: OrderPage,
          ...refusals('invalidRequest', 'unauthenticated', 'forbidden', 'rateLimited'),
        },
      },
    },
    async (request) => {
      const { scope, userId, status, limit, cursor } = request.query
      if ((scope === 'all' || userId !== undefined) && !app.auth.may(request, 'orders:read-all'))
        throw new Problem(problems.forbidden, "Only admins and staff may list other people's orders.")
      // A key has no orders of its own.
      const isAll = scope === 'all' || request.apiKey !== undefined
      const owner = userId ?? (isAll ? undefined : request.user.sub)
      return app.orders.list({ userId: owner, status, limit, cursor })
    },
  )

  app.get(
    '/:id',
    {
      config: { rows: 'orders:read-all' },
      schema: {
        operationId: 'getOrder',
        tags,
        summary: 'One order',
        params: OrderParams,
        response: { 200: Order, ...refusals('unauthenticated', 'notFound', 'rateLimited') },
      },
    },
    async (request) =>
      app.orders.get(
        request.params.id,
        app.auth.may(request, 'orders:read-all') ? undefined : request.user.sub,
      ),
  )
}

/** Cancelling orders: one's own while they are pending, or all. */
const cancelling: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('orders:cancel'))

  app.post(
    '/:id/cancel',
    {
      config: { rows: 'orders:change', told: { event: 'sensitive_update' } },
      schema: {
        operationId: 'cancelOrder',
        tags,
        summary: 'Cancel an order',
        description:
          'Returns the stock once, however often it is called. Customers may cancel pending orders.',
        params: OrderParams,
        response: {
          200: Order,
          ...refusals(...unreadable, 'unauthenticated', 'crossSite', 'notFound'),
          ...refusals('invalidTransition', 'rateLimited', 'overloaded'),
        },
      },
    },
    async (request) =>
      app.orders.cancel(request.params.id, {
        owner: app.auth.may(request, 'orders:change') ? undefined : request.user.sub,
        origin: app.auth.originOf(request),
      }),
  )
}

/** Moving orders along their statuses. */
const moving: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('orders:change'))

  app.patch(
    '/:id',
    {
      config: { told: { event: 'sensitive_update', fields: ['status'] } },
      schema: {
        operationId: 'changeOrderStatus',
        tags,
        summary: 'Change the status of an order',
        description:
          '`pending` → `confirmed` → `shipped` → `delivered`; `pending` or `confirmed` → `cancelled`.',
        params: OrderParams,
        body: StatusChange,
        response: {
          200: Order,
          ...refusals('invalidRequest', ...unreadable, 'unauthenticated', 'forbidden', 'crossSite'),
          ...refusals('notFound', 'invalidTransition', 'rateLimited', 'overloaded'),
        },
      },
    },
    async (request) =>
      app.orders.changeStatus(request.params.id, request.body.status, app.auth.originOf(request)),
  )
}

const routes: FastifyPluginAsyncTypebox = async (app) => {
  for (const scope of [placing, reading, cancelling, moving]) app.register(scope)
}

export default routes
