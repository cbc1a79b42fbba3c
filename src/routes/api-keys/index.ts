import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { NewApiKeyView } from '../../contract/api-key.js'
import { refusals, unreadable } from '../../http/refusals.js'
import { NoContent } from '../auth/schema.js'
import { ApiKeyList, ApiKeyParams, NewApiKey, NewKeyAnswer, Rotation } from './schema.js'

const tags = ['api-keys']
const refused = ['unauthenticated', 'forbidden', 'rateLimited'] as const
const refusedChange = [...unreadable, ...refused, 'crossSite', 'overloaded'] as const

/** Keys for programs. */
const apiKeys: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('api-keys:manage'))

  app.get(
    '',
    {
      schema: {
        operationId: 'listApiKeys',
        tags,
        summary: 'List the API keys, newest first',
        response: { 200: ApiKeyList, ...refusals(...refused) },
      },
    },
    async () => ({ items: await app.apiKeys.list() }),
  )

  app.post(
    '',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'createApiKey',
        tags,
        summary: 'Create an API key',
        description:
          'Programs send it as `Authorization: Bearer sk_…`. It acts as itself within its scopes, and is valid while the admin who made it is one.',
        body: NewApiKey,
        response: { 201: NewKeyAnswer, ...refusals('invalidRequest', ...refusedChange, 'apiKeyLimit') },
      },
    },
    async (request, reply) => {
      const origin = app.auth.originOf(request)
      return app.once(
        reply,
        async (remember) => {
          const created = await app.apiKeys.create(request.body, request.user.sub, origin, remember)
          const { id, scopes } = created
          const details = { createdKeyId: id, scopes: scopes.join(' '), reason: 'created' }
          app.securityLog.tell('authn_token_created', details, request)
          return created
        },
        (created: NewApiKeyView) => ({ status: 201, body: created }),
      )
    },
  )

  app.post(
    '/:id/rotate',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'rotateApiKey',
        tags,
        summary: 'Replace an API key',
        description:
          'The previous key stays valid for `overlapSeconds`, and one from an earlier rotation ends.',
        params: ApiKeyParams,
        body: Rotation,
        response: { 200: NewKeyAnswer, ...refusals('invalidRequest', ...refusedChange, 'notFound') },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { overlapSeconds } = request.body
      const origin = app.auth.originOf(request)
      return app.once(
        reply,
        async (remember) => {
          const rotated = await app.apiKeys.rotate(id, overlapSeconds, origin, remember)
          app.securityLog.tell('authn_token_created', { createdKeyId: id, reason: 'rotated' }, request)
          return rotated
        },
        (rotated: NewApiKeyView) => ({ body: rotated }),
      )
    },
  )

  app.delete(
    '/:id',
    {
      schema: {
        operationId: 'deleteApiKey',
        tags,
        summary: 'Delete an API key',
        description: 'It is refused everywhere within a second, and its sockets end.',
        params: ApiKeyParams,
        response: { 204: NoContent, ...refusals(...refusedChange, 'notFound') },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      await app.apiKeys.revoke(id, app.auth.originOf(request))
      app.securityLog.tell('authn_token_revoked', { revokedKeyId: id, reason: 'deleted' }, request)
      return reply.code(204).send(null)
    },
  )
}

export default apiKeys
