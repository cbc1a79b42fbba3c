import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Problem } from '../../errors.js'
import type { Identity } from '../../plugins/auth.js'
import { refusals, unreadable } from '../responses.js'
import { clearTokenCookies } from './cookies.js'
import { NoContent } from './schema.js'

/** The route that ends the caller's session. */
const logout: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRequest', app.refuseCrossSite)

  const identityOf = (request: FastifyRequest): Identity | undefined => {
    try {
      return app.identify(request)
    } catch (error) {
      if (error instanceof Problem) return undefined
      throw error
    }
  }

  /** By the refresh token, which outlives access tokens, or else by the access token. */
  const endSession = async (request: FastifyRequest): Promise<void> => {
    const token = request.cookies.refresh_token
    if (token && (await app.accounts.sessions.endByToken(token))) return
    const identity = identityOf(request)
    if (identity) await app.accounts.sessions.end(identity.sid, identity.sub)
  }

  app.post(
    '/logout',
    {
      schema: {
        operationId: 'logout',
        tags: ['auth'],
        summary: 'Sign out',
        description: 'Ends the session and clears both cookies; without a session there is nothing to end.',
        security: [{ refreshCookie: [] }, { bearer: [] }, { cookie: [] }, {}],
        response: { 204: NoContent, ...refusals(...unreadable, 'crossSite', 'rateLimited', 'overloaded') },
      },
    },
    async (request, reply) => {
      await endSession(request)
      clearTokenCookies(reply, app.config.production)
      return reply.code(204).send(null)
    },
  )
}

export default logout
