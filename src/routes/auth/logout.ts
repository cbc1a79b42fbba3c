import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Identity } from '../../accounts/access-claims.js'
import { Problem } from '../../errors.js'
import { refusals, unreadable } from '../responses.js'
import { NoContent, OwnToken } from './schema.js'

/** The route that ends the caller's session. */
const logout: FastifyPluginAsyncTypebox = async (app) => {
  const { sessions } = app.accounts

  const identityOf = (request: FastifyRequest): Identity | undefined => {
    try {
      return app.identify(request)
    } catch (error) {
      if (error instanceof Problem) return undefined
      throw error
    }
  }

  /** By the refresh token in its cookie, which outlives access tokens, or else by the access token. */
  const endSession = async (request: FastifyRequest) => {
    const token = app.tokenCookies.read('refresh', request.headers)
    const ended = token && (await sessions.endByToken(token))
    if (ended) return ended
    const identity = identityOf(request)
    if (!identity || !(await sessions.end(identity.sid, identity.sub))) return undefined
    return { sessionId: identity.sid, userId: identity.sub }
  }

  app.post(
    '/logout',
    {
      schema: {
        operationId: 'logout',
        tags: ['auth'],
        summary: 'Sign out',
        description:
          'Ends the session and clears both cookies; without a session it does nothing. A refresh token in the ' +
          'body ends only its own session, and cookies are neither read nor cleared.',
        security: [{ refreshCookie: [] }, { bearer: [] }, { cookie: [] }, {}],
        body: OwnToken,
        response: {
          204: NoContent,
          ...refusals('invalidRequest', ...unreadable, 'crossSite', 'rateLimited', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const own = request.body?.refreshToken
      if (own === undefined) app.refuseIfCrossSite(request)
      const ended = await (own === undefined ? endSession(request) : sessions.endByToken(own))
      if (ended) app.securityLog.tell('authn_token_revoked', { ...ended, reason: 'signed-out' }, request)
      if (own === undefined) app.tokenCookies.clear(reply)
      return reply.code(204).send(null)
    },
  )
}

export default logout
