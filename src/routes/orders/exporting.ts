import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '../../http/caller.js'
import { refusals } from '../../http/refusals.js'
import { queryOf } from '../../http/schema.js'
import { Format, fileOf, fileResponse } from '../../http/table-file.js'
import type { Money } from '../../money.js'
import { searchParameters } from './list-schema.js'
import { example, orderMembers } from './schema.js'
import { searchOf } from './search.js'

/** The columns of a file of orders. */
export const ORDER_COLUMNS = Object.keys(orderMembers) as (keyof typeof orderMembers)[]

const exportQuery = (money: Money) => queryOf({ format: Format, ...searchParameters(money) })

/** Orders as a file. */
const exporting: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('orders:read-all'))

  app.get(
    '/export',
    {
      schema: {
        operationId: 'exportOrders',
        tags: ['orders'],
        summary: 'Orders as a file',
        description:
          'Orders of every user, without pages. In CSV, a text that begins like a formula has an apostrophe in front.',
        querystring: exportQuery(app.db.money),
        response: {
          200: fileResponse('The orders', `${ORDER_COLUMNS.join(',')}\r\n`, example),
          ...refusals('invalidRequest', 'unauthenticated', 'forbidden', 'rateLimited', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const { format } = request.query
      const pages = app.orders.pages(
        { ...searchOf(app.db.money, request.query), byCustomer: true },
        callerOf(request),
      )
      return fileOf(request, reply, { name: 'orders', format, columns: ORDER_COLUMNS, pages })
    },
  )
}

export default exporting
