import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Problem, problems } from '../../errors.js'
import { refusals, unreadable } from '../../http/refusals.js'
import { answerSignedIn, clientOf } from './answers.js'
import { OwnToken, SignedIn } from './schema.js'

/** The route to exchange a refresh token. */
const refresh: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/refresh',
    {
      schema: {
        operationId: 'refresh',
        tags: ['auth'],
        summary: 'Exchange the refresh token',
        description:
          'Returns two new tokens. A refresh token is valid once; reuse ends its session, except that for 10 seconds ' +
          'after its exchange it returns the same successor. A token in the body is answered in the body, and ' +
          'cookies are neither read nor set. Without one, the cookie is used; an error leaves the cookies unchanged.',
        security: [{ refreshCookie: [] }, {}],
        body: OwnToken,
        response: {
          200: SignedIn,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'invalidRefreshToken',
            'crossSite',
            'rateLimited',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const { sessions } = app.accounts
      const own = request.body?.refreshToken
      if (own !== undefined)
        return answerSignedIn(reply, await sessions.refresh(own, clientOf(request)), 'body')
      app.auth.refuseForeign(request)
      const token = app.auth.cookies.read('refresh', request.headers)
      // The cookies stay: the loser of a race must not sign the winner out.
      if (!token) throw new Problem(problems.invalidRefreshToken, 'Send exactly one refresh token.')
      return answerSignedIn(reply, await sessions.refresh(token, clientOf(request)))
    },
  )
}

export default refresh
