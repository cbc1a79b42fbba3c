import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { NewWebhookView, WebhookView } from '../../contract/webhook.js'
import { refusals } from '../../http/refusals.js'
import { NoContent } from '../auth/schema.js'
import { delivery } from './delivery.js'
import { refusedChange, tags } from './refused.js'
import { NewWebhook, NewWebhookAnswer, Webhook, WebhookChanges, WebhookParams } from './schema.js'

/** Creating, changing and deleting webhooks. */
const managing: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '',
    {
      config: { idempotent: true, told: { event: 'sensitive_create' }, webhooks: delivery },
      schema: {
        operationId: 'createWebhook',
        tags,
        summary: 'Create a webhook',
        description:
          'Each event of its types after the offset `after` is sent there as a signed POST (Standard Webhooks 1.0): in order, at least once, the next once the one before was answered with 2xx within 15 seconds. A host at a private, loopback or link-local address is refused.',
        body: NewWebhook,
        response: { 201: NewWebhookAnswer, ...refusals('invalidRequest', ...refusedChange, 'webhookLimit') },
      },
    },
    (request, reply) =>
      app.once(
        reply,
        (remember) => app.webhooks.create(request.body, app.auth.originOf(request), remember),
        (created: NewWebhookView) => ({
          status: 201,
          headers: { location: `${app.basePath}/webhooks/${created.id}` },
          body: created,
        }),
      ),
  )

  app.patch(
    '/:id',
    {
      config: { idempotent: true, told: { event: 'sensitive_update', fields: ['disabled'] } },
      schema: {
        operationId: 'updateWebhook',
        tags,
        summary: 'Change a webhook, disable or enable it',
        description:
          'A webhook that is enabled again continues where it was. One that was disabled because events were lost continues after them: `lost` tells which.',
        params: WebhookParams,
        body: WebhookChanges,
        response: { 200: Webhook, ...refusals('invalidRequest', ...refusedChange, 'notFound') },
      },
    },
    (request, reply) =>
      app.once(
        reply,
        (remember) =>
          app.webhooks.change(request.params.id, request.body, app.auth.originOf(request), remember),
        (changed: WebhookView) => ({ body: changed }),
      ),
  )

  app.delete(
    '/:id',
    {
      config: { told: { event: 'sensitive_delete' } },
      schema: {
        operationId: 'deleteWebhook',
        tags,
        summary: 'Delete a webhook and its attempts',
        params: WebhookParams,
        response: { 204: NoContent, ...refusals(...refusedChange, 'notFound') },
      },
    },
    async (request, reply) => {
      await app.webhooks.remove(request.params.id, app.auth.originOf(request))
      return reply.code(204).send(null)
    },
  )
}

export default managing
