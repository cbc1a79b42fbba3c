import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import { Problem, problems } from '../../errors.js'
import { alreadyHeld, etagOf } from '../../http/etag.js'
import { refusals } from '../../http/refusals.js'
import { queryOf } from '../../http/schema.js'
import { versionOf } from '../../orders/order.js'
import { ETag, OrderHistory, ReadConditions } from './changing-schema.js'
import { Expand, expandedMembers } from './expand-schema.js'
import { example, OrderParams } from './schema.js'

const ExpandedOrder = Type.Object(expandedMembers, {
  title: 'ExpandedOrder',
  description: 'The order',
  examples: [example],
  headers: { ETag },
})

/** Reading an order: one's own, or any. */
const reading: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('orders:read'))

  /** Returns the only owner whose orders the caller may see; undefined for all. */
  const ownerOf = (request: FastifyRequest) =>
    app.auth.may(request, 'orders:read-all') ? undefined : request.user.sub

  app.get(
    '/:id',
    {
      config: { rows: 'orders:read-all' },
      schema: {
        operationId: 'getOrder',
        tags: ['orders'],
        summary: 'One order',
        description: 'With `expand`, never 304: the names may have changed though the order has not.',
        params: OrderParams,
        querystring: queryOf({ expand: Expand }),
        headers: ReadConditions,
        response: {
          200: ExpandedOrder,
          304: Type.Null({ description: 'The client has the current version' }),
          ...refusals('invalidRequest', 'unauthenticated', 'forbidden', 'notFound', 'rateLimited'),
        },
      },
    },
    async (request, reply) => {
      const { expand = [] } = request.query
      if (expand.includes('customer') && !app.auth.may(request, 'orders:read-all'))
        throw new Problem(problems.forbidden, 'Only admins and staff may expand the customer.')
      const order = await app.orders.get(request.params.id, ownerOf(request))
      const etag = etagOf(app.eventLog.epochTag(), versionOf(order.updatedAt))
      reply.header('etag', etag)
      if (expand.length === 0 && alreadyHeld(request.headers['if-none-match'], etag))
        return reply.code(304).send(null)
      const [expanded = order] = await app.orders.expand([order], expand)
      return expanded
    },
  )

  app.get(
    '/:id/history',
    {
      config: { rows: 'orders:read-all' },
      schema: {
        operationId: 'getOrderHistory',
        tags: ['orders'],
        summary: 'What happened to an order',
        description:
          'Its placement and each change since, with who made it, oldest first. Customers see everybody else as the shop.',
        params: OrderParams,
        response: { 200: OrderHistory, ...refusals('unauthenticated', 'notFound', 'rateLimited') },
      },
    },
    async (request) => ({ items: await app.orders.history(request.params.id, ownerOf(request)) }),
  )
}

export default reading
