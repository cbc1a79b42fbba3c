import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Problem, problems } from '../../errors.js'
import { callerOf } from '../../http/caller.js'
import { linkNext } from '../../http/next-page.js'
import { refusals } from '../../http/refusals.js'
import { OrderPage, orderQuery } from './list-schema.js'
import { searchOf } from './search.js'

/** Listing orders: one's own, or all. */
const listing: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('orders:read'))

  app.get(
    '',
    {
      config: { rows: 'orders:read-all' },
      schema: {
        operationId: 'listOrders',
        tags: ['orders'],
        summary: 'Orders',
        description:
          'Search, filter and sort orders. If a search matches few of very many orders, a response may contain fewer than `limit`, even none, with a `nextCursor` from which the search continues.',
        querystring: orderQuery(app.db.money),
        response: {
          200: OrderPage,
          ...refusals('invalidRequest', 'unauthenticated', 'forbidden', 'rateLimited', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const { scope, userId, expand = [], limit, cursor } = request.query
      const mayReadAll = app.auth.may(request, 'orders:read-all')
      if ((scope === 'all' || userId !== undefined || expand.includes('customer')) && !mayReadAll)
        throw new Problem(problems.forbidden, "Only admins and staff may list other people's orders.")
      // A key has no orders of its own.
      const isAll = scope === 'all' || request.apiKey !== undefined
      const { items, nextCursor } = await app.orders.list(
        {
          ...searchOf(app.db.money, request.query),
          userId: userId ?? (isAll ? undefined : request.user.sub),
          limit,
          cursor,
          byCustomer: mayReadAll,
        },
        callerOf(request),
      )
      linkNext(reply, nextCursor)
      return { items: await app.orders.expand(items, expand), nextCursor }
    },
  )
}

export default listing
