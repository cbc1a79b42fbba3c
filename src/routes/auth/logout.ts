import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { refusals, unreadable } from '../../http/refusals.js'
import { NoContent, OwnToken } from './schema.js'
import { identityOf } from './signed-in-as.js'

/**
 * Clears what pages keep in the browser. Not "cookies": it clears those of every host of the domain, and those telling a
 * known device (https://www.w3.org/TR/clear-site-data/#grammardef-cookies). Not "cache": no response with data of a user is
 * stored, and clearing the cache takes Chrome seconds.
 */
export const CLEAR_SITE_DATA = '"storage"'

/** The route to end the caller's session. */
const logout: FastifyPluginAsyncTypebox = async (app) => {
  const { sessions } = app.accounts

  /** By the refresh token in its cookie, which outlives access tokens, or else by the access token. */
  const endSession = async (request: FastifyRequest) => {
    const token = app.auth.cookies.read('refresh', request.headers)
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
          'Ends the session, and clears both cookies and what pages keep in the browser; without a session it only ' +
          'clears. A refresh token in the ' +
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
      if (own === undefined) app.auth.refuseForeign(request)
      const ended = await (own === undefined ? endSession(request) : sessions.endByToken(own))
      if (ended) app.securityLog.tell('authn_token_revoked', { ...ended, reason: 'signed-out' }, request)
      if (own === undefined) {
        app.auth.cookies.clear(reply)
        reply.header('clear-site-data', CLEAR_SITE_DATA)
      }
      return reply.code(204).send(null)
    },
  )
}

export default logout
