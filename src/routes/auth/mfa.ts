import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { NewTotp } from '../../accounts/mfa/totp.js'
import { refusals, unreadable } from '../../http/refusals.js'
import { waitingClientOf } from './answers.js'
import {
  Factors,
  RecoveryCodes,
  RecoveryProof,
  TotpCode,
  TotpOff,
  TotpSecret,
  TotpSetUp,
} from './mfa-schema.js'
import { NoContent } from './schema.js'

const codesAnswer = (recoveryCodes: string[]) => ({ body: { recoveryCodes } })

/** The routes of second factors: which are on, codes of an authenticator app, and recovery codes. */
const mfa: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('account:secure'))

  const callerOf = ({ user, id }: FastifyRequest) => ({
    userId: user.sub,
    sessionId: user.sid,
    requestId: id,
  })

  app.get(
    '/mfa',
    {
      config: { rows: 'own' },
      schema: {
        operationId: 'getFactors',
        tags: ['auth'],
        summary: "The caller's second factors",
        response: { 200: Factors, ...refusals('unauthenticated', 'rateLimited') },
      },
    },
    async ({ user }) => app.mfa.factorsOf(user.sub),
  )

  app.post(
    '/mfa/recovery-codes',
    {
      config: { idempotent: true, rows: 'own' },
      schema: {
        operationId: 'replaceRecoveryCodes',
        tags: ['auth'],
        summary: 'Replace the recovery codes',
        description:
          'Returns ten new ones, and voids the others. While codes of an app are on, the code is required: one of them, or ' +
          'a recovery code. With passkeys alone it may be left out within 10 minutes of the sign-in. A wrong password or ' +
          'code counts as a failed sign-in.',
        body: RecoveryProof,
        response: {
          200: RecoveryCodes,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'unauthenticated',
            'invalidCredentials',
            'invalidCode',
            'crossSite',
            'recentSignInRequired',
            'notFound',
            'rateLimited',
            'accountLocked',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const client = waitingClientOf(reply)
      return app.once(
        reply,
        async (remember) => {
          const codes = await app.mfa.recoveryCodes.replace(callerOf(request), request.body, client, remember)
          app.securityLog.tell('authn_factor_added', { factor: 'recovery-code' }, request)
          return codes
        },
        codesAnswer,
      )
    },
  )

  app.post(
    '/mfa/totp',
    {
      config: { idempotent: true, rows: 'own' },
      schema: {
        operationId: 'setUpTotp',
        tags: ['auth'],
        summary: 'Make a secret for an authenticator app',
        description:
          'The secret is in use once a code of it is confirmed. A wrong password counts as a failed sign-in.',
        body: TotpSetUp,
        response: {
          200: TotpSecret,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'unauthenticated',
            'invalidCredentials',
            'crossSite',
            'totpEnabled',
            'rateLimited',
            'accountLocked',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) =>
      app.once(
        reply,
        (remember) =>
          app.mfa.totp.setUp(request.user.sub, request.body.password, waitingClientOf(reply), remember),
        (made: NewTotp) => ({ body: made }),
      ),
  )

  app.post(
    '/mfa/totp/confirm',
    {
      config: { idempotent: true, rows: 'own' },
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
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'unauthenticated',
            'invalidCode',
            'crossSite',
            'totpEnabled',
            'rateLimited',
            'accountLocked',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const { code } = request.body
      return app.once(
        reply,
        async (remember) => {
          const codes = await app.mfa.totp.confirm(callerOf(request), code, waitingClientOf(reply), remember)
          app.securityLog.tell('authn_factor_added', { factor: 'totp' }, request)
          return codes
        },
        codesAnswer,
      )
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
            'crossSite',
            'notFound',
            'rateLimited',
            'accountLocked',
            'overloaded',
          ),
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
