import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { refusals, unreadable } from '../../http/refusals.js'
import { waitingClientOf } from './answers.js'
import { RecoveryCodes, TotpCode, TotpOff, TotpSecret, TotpSetUp } from './mfa-schema.js'
import { NoContent } from './schema.js'

/** The routes that turn codes of an authenticator app on and off. */
const mfa: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('account:secure'))

  const callerOf = ({ user, id }: FastifyRequest) => ({
    userId: user.sub,
    sessionId: user.sid,
    requestId: id,
  })

  app.post(
    '/mfa/totp',
    {
      config: { rows: 'own' },
      schema: {
        operationId: 'setUpTotp',
        tags: ['auth'],
        summary: 'Make a secret for an authenticator app',
        description:
          'The secret is in use once a code of it is confirmed. A wrong password counts as a failed sign-in.',
        body: TotpSetUp,
        response: {
          200: TotpSecret,
          ...refusals('invalidRequest', ...unreadable, 'unauthenticated', 'invalidCredentials', 'crossSite'),
          ...refusals('totpEnabled', 'rateLimited', 'accountLocked', 'overloaded'),
        },
      },
    },
    async (request, reply) =>
      app.mfa.totp.setUp(request.user.sub, request.body.password, waitingClientOf(reply)),
  )

  app.post(
    '/mfa/totp/confirm',
    {
      config: { rows: 'own' },
      schema: {
        operationId: 'confirmTotp',
        tags: ['auth'],
        summary: 'Put the secret into use with a code of it',
        description:
          'From now on, sign-ins take a code. Replaces the recovery codes, and ends every other session of the caller. ' +
          'A wrong code counts as a failed sign-in.',
        body: TotpCode,
        response: {
          200: RecoveryCodes,
          ...refusals('invalidRequest', ...unreadable, 'unauthenticated', 'invalidCode', 'crossSite'),
          ...refusals('totpEnabled', 'rateLimited', 'accountLocked', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const { code } = request.body
      const recoveryCodes = await app.mfa.totp.confirm(callerOf(request), code, waitingClientOf(reply))
      app.securityLog.tell('authn_factor_added', { factor: 'totp' }, request)
      return { recoveryCodes }
    },
  )

  app.delete(
    '/mfa/totp',
    {
      config: { rows: 'own' },
      schema: {
        operationId: 'turnTotpOff',
        tags: ['auth'],
        summary: 'Turn codes of an authenticator app off',
        description:
          'Ends every other session of the caller. The recovery codes go with the last factor. A wrong password or code ' +
          'counts as a failed sign-in.',
        body: TotpOff,
        response: {
          204: NoContent,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'unauthenticated',
            'invalidCredentials',
            'invalidCode',
          ),
          ...refusals('crossSite', 'notFound', 'rateLimited', 'accountLocked', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const { password, code } = request.body
      await app.mfa.totp.turnOff(callerOf(request), password, code, waitingClientOf(reply))
      app.securityLog.tell('authn_factor_removed', { factor: 'totp' }, request)
      return reply.code(204).send(null)
    },
  )
}

export default mfa
