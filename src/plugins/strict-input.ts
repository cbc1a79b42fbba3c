import type { preValidationHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { invalidRequest } from '../errors.js'
import { withRefusal } from '../http/refusals.js'
import { NoQuery } from '../http/schema.js'

/** Refuses a body with content, for routes without one. */
const refuseBody: preValidationHookHandler = (request, _reply, done) => {
  const { body } = request
  if (body === undefined || body === null) return done()
  if (typeof body !== 'object' || Array.isArray(body))
    throw invalidRequest([{ path: 'body', message: 'must be empty' }])
  const fields = Object.keys(body)
  if (fields.length > 0)
    throw invalidRequest(
      fields.map((name) => ({ path: name || 'body', message: 'is not a field of this request' })),
    )
  done()
}

/**
 * Has every documented route refuse unknown parameters, and unknown fields where it takes no body: a misspelt filter
 * would otherwise answer with everything. Pages are left out, because links to them collect parameters on their way.
 */
export default fp(
  async (app) => {
    app.addHook('onRoute', (route) => {
      const { schema } = route
      if (!schema || schema.hide) return
      const response = withRefusal(schema.response as Record<number, object>, 'invalidRequest')
      route.schema = { ...schema, querystring: schema.querystring ?? NoQuery, response }
      if (!schema.body) route.preValidation = [...[route.preValidation ?? []].flat(), refuseBody]
    })
  },
  { name: 'strict-input' },
)
