import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Problem, problems } from '../../errors.js'
import { refusals, unreadable } from '../responses.js'
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

/** Everybody who is signed in: place, list, see and cancel orders of their own; admins see and cancel all. */
const orders: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRequest', app.authenticate)

  app.post(
    '',
    {
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
          ...refusals('insufficientStock', 'orderLimit', 'keyReused', 'rateLimited', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const { order, replayed } = await app.orders.place({
        userId: request.user.sub,
        productId: request.body.productId,
        quantity: request.body.quantity,
        idempotencyKey: parseIdempotencyKey(request.headers['idempotency-key']),
      })
      if (replayed) reply.header('idempotent-replayed', 'true')
      reply.code(201).header('location', `/orders/${order.id}`)
      return order
    },
  )

  app.get(
    '',
    {
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
    async ({ user, query: { scope, userId, status, limit, cursor } }) => {
      if (user.role !== 'admin' && (scope === 'all' || userId !== undefined))
        throw new Problem(problems.forbidden, "Only an admin may list other people's orders.")
      const owner = userId ?? (scope === 'all' ? undefined : user.sub)
      return app.orders.list({ userId: owner, status, limit, cursor })
    },
  )

  app.get(
    '/:id',
    {
      schema: {
        operationId: 'getOrder',
        tags,
        summary: 'One order',
        params: OrderParams,
        response: { 200: Order, ...refusals('unauthenticated', 'notFound', 'rateLimited') },
      },
    },
    async ({ user, params: { id } }) => app.orders.get(id, user.role === 'admin' ? undefined : user.sub),
  )

  app.post(
    '/:id/cancel',
    {
      config: { told: { event: 'sensitive_update' } },
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
    async ({ user, params: { id } }) =>
      app.orders.cancel(id, { owner: user.role === 'admin' ? undefined : user.sub }),
  )
}

/** Admins alone: move an order along its statuses. */
const orderAdmin: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRequest', app.requireAdmin)

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
    async ({ params: { id }, body: { status } }) => app.orders.changeStatus(id, status),
  )
}

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.register(orders)
  app.register(orderAdmin)
}

export default routes
