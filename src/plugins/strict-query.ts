import fp from 'fastify-plugin'
import { withRefusal } from '../http/refusals.js'
import { NoQuery } from '../http/schema.js'

/**
 * Has every route that is described refuse parameters that it doesn't know, as bodies do with fields: a misspelt filter
 * would otherwise answer with everything. Pages are left out, because links to them collect parameters on their way.
 */
export default fp(
  async (app) => {
    app.addHook('onRoute', (route) => {
      const { schema } = route
      if (!schema || schema.hide) return
      const response = withRefusal(schema.response as Record<number, object>, 'invalidRequest')
      route.schema = { ...schema, querystring: schema.querystring ?? NoQuery, response }
    })
  },
  { name: 'strict-query' },
)
