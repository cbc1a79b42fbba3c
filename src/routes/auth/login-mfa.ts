import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusals, unreadable } from '../../http/refusals.js'
import { waitingClientOf } from './answers.js'
import { finishSignIn } from './finish-sign-in.js'
import { MfaLogin } from './mfa-schema.js'
import { SignedIn } from './schema.js'

/** The route of the second step of a sign-in. */
const loginMfa: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/login/mfa',
    {
      schema: {
        operationId: 'loginWithCode',
        tags: ['auth'],
        summary: 'Complete a sign-in with a code',
        description:
          'Takes the `mfaToken` of a sign-in that answered `mfa-required`, and a code of an authenticator app or a ' +
          'recovery code. Each code is valid once. A wrong one counts as a failed sign-in: five in a row lock the ' +
          'account for 10 minutes.',
        security: [],
        body: MfaLogin,
        response: {
          200: SignedIn,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'invalidCode',
            'invalidToken',
            'accountLocked',
            'accountDisabled',
            'rateLimited',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const { mfaToken, code, tokens } = request.body
      const { signedIn, factor } = await app.mfa.signIn(mfaToken, code, waitingClientOf(reply))
      return finishSignIn(reply, signedIn, tokens, factor)
    },
  )
}

export default loginMfa
