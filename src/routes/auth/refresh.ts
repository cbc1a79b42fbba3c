import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Problem, problems } from '../../errors.js'
import { refusals, unreadable } from '../responses.js'
import { answerSignedIn, clientOf } from './answers.js'
import { SignedIn } from './schema.js'

/** The route that exchanges a refresh token. */
const refresh: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRequest', app.refuseCrossSite)

  app.post(
    '/refresh',
    {
      schema: {
        operationId: 'refresh',
        tags: ['auth'],
        summary: 'Exchange the refresh token',
        description:
          'Both tokens are new. A refresh token is good once; used again, it ends its session, but for the 10 seconds ' +
          'after its exchange it gives the same successor again. A refusal leaves the cookies as they are.',
        security: [{ refreshCookie: [] }],
        response: {
          200: SignedIn,
          ...refusals(...unreadable, 'invalidRefreshToken', 'crossSite', 'rateLimited', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const token = request.cookies.refresh_token
      // The cookies stay: a request that lost a race must not sign the winner out.
      if (!token) throw new Problem(problems.invalidRefreshToken, 'No refresh token was sent.')
      return answerSignedIn(reply, await app.accounts.sessions.refresh(token, clientOf(request)))
    },
  )
}

export default refresh
