import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusals, unreadable } from '../../http/refusals.js'
import { waitingClientOf } from './answers.js'
import { finishSignIn } from './finish-sign-in.js'
import { Assertion, RequestOptions } from './passkey-schema.js'
import { partyOfAnswer, partyOfPage } from './relying-party.js'
import { NoBody, SignedIn } from './schema.js'

/** The routes of signing in with a passkey. */
const loginPasskey: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/login/passkey/options',
    {
      schema: {
        operationId: 'beginPasskeyLogin',
        tags: ['auth'],
        summary: 'Begin a sign-in with a passkey',
        description: 'Returns a challenge, which is valid for 5 minutes and once.',
        security: [],
        body: NoBody,
        response: {
          200: RequestOptions,
          ...refusals('invalidRequest', ...unreadable, 'invalidPasskey', 'rateLimited'),
        },
      },
    },
    async (request) => app.mfa.passkeySignIn.options(partyOfPage(request)),
  )

  app.post(
    '/login/passkey',
    {
      schema: {
        operationId: 'loginWithPasskey',
        tags: ['auth'],
        summary: 'Sign in with a passkey',
        description: 'The passkey must verify its user, and is two factors by itself: no code follows.',
        security: [],
        body: Assertion,
        response: {
          200: SignedIn,
          ...refusals('invalidRequest', ...unreadable, 'invalidPasskey', 'rateLimited', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const { tokens, clientExtensionResults = {}, authenticatorAttachment: _, ...credential } = request.body
      const { userHandle, ...signed } = credential.response
      const party = partyOfAnswer(request, signed.clientDataJSON)
      const response = { ...signed, ...(userHandle && { userHandle }) }
      const signedIn = await app.mfa.passkeySignIn.signIn(
        { ...credential, response, clientExtensionResults },
        party,
        waitingClientOf(reply),
      )
      return finishSignIn(reply, signedIn, tokens, 'passkey')
    },
  )
}

export default loginPasskey
