import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { NewPasskeyView } from '../../contract/passkey.js'
import { refusals, unreadable } from '../../http/refusals.js'
import { waitingClientOf } from './answers.js'
import {
  CreationOptions,
  NewPasskey,
  OwnPassword,
  PasskeyList,
  PasskeyParams,
  Registration,
} from './passkey-schema.js'
import { partyOfAnswer, partyOfPage } from './relying-party.js'
import { NoContent } from './schema.js'

const callerOf = ({ user, id }: FastifyRequest) => ({ userId: user.sub, sessionId: user.sid, requestId: id })

/** The routes with which callers manage their passkeys. */
const passkeys: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('account:secure'))

  app.get(
    '/passkeys',
    {
      config: { rows: 'own' },
      schema: {
        operationId: 'listPasskeys',
        tags: ['auth'],
        summary: "The caller's passkeys, newest first",
        response: { 200: PasskeyList, ...refusals('unauthenticated', 'rateLimited') },
      },
    },
    async ({ user }) => ({ items: await app.mfa.passkeys.list(user.sub) }),
  )

  app.post(
    '/passkeys/options',
    {
      config: { rows: 'own' },
      schema: {
        operationId: 'beginPasskeyRegistration',
        tags: ['auth'],
        summary: 'Begin the registration of a passkey',
        description:
          'Returns a challenge, which is valid for 5 minutes and once. The password is needed when the sign-in was ' +
          'more than 10 minutes ago.',
        body: OwnPassword,
        response: {
          200: CreationOptions,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'unauthenticated',
            'invalidCredentials',
            'invalidPasskey',
            'crossSite',
            'recentSignInRequired',
            'rateLimited',
            'accountLocked',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) =>
      app.mfa.passkeys.registrationOptions(
        callerOf(request),
        request.body?.password,
        partyOfPage(request),
        waitingClientOf(reply),
      ),
  )

  app.post(
    '/passkeys',
    {
      config: { idempotent: true, rows: 'own' },
      schema: {
        operationId: 'registerPasskey',
        tags: ['auth'],
        summary: 'Register a passkey',
        description:
          'From now on, sign-ins take a second factor or a passkey. Ends every other session of the caller. The first ' +
          'second factor of a user comes with recovery codes.',
        body: Registration,
        response: {
          201: NewPasskey,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'unauthenticated',
            'invalidPasskey',
            'crossSite',
            'passkeyLimit',
            'rateLimited',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const {
        name = 'Passkey',
        authenticatorAttachment: _,
        clientExtensionResults = {},
        ...rest
      } = request.body
      const { clientDataJSON, attestationObject, transports = [] } = rest.response
      const response = { clientDataJSON, attestationObject, transports }
      const party = partyOfAnswer(request, clientDataJSON)
      const credential = { ...rest, response, clientExtensionResults }
      return app.once(
        reply,
        async (remember) => {
          const passkey = await app.mfa.passkeys.register(
            callerOf(request),
            credential,
            name,
            party,
            remember,
          )
          app.securityLog.tell('authn_factor_added', { factor: 'passkey', passkeyId: passkey.id }, request)
          return passkey
        },
        (passkey: NewPasskeyView) => ({ status: 201, body: passkey }),
      )
    },
  )

  app.delete(
    '/passkeys/:id',
    {
      config: { rows: 'own' },
      schema: {
        operationId: 'deletePasskey',
        tags: ['auth'],
        summary: "Remove one of the caller's passkeys",
        description:
          'Ends every other session of the caller. The password is needed when the sign-in was more than 10 minutes ago.',
        params: PasskeyParams,
        body: OwnPassword,
        response: {
          204: NoContent,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'unauthenticated',
            'invalidCredentials',
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
      const { id } = request.params
      await app.mfa.passkeys.remove(callerOf(request), id, request.body?.password, waitingClientOf(reply))
      app.securityLog.tell('authn_factor_removed', { factor: 'passkey', passkeyId: id }, request)
      return reply.code(204).send(null)
    },
  )
}

export default passkeys
