import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { NewWebhookView, WebhookView } from '../../contract/webhook.js'
import { refusals } from '../../http/refusals.js'
import { refusedChange, tags } from './refused.js'
import { NewWebhookAnswer, Replay, TestOutcome, Webhook, WebhookParams } from './schema.js'

/** What can be done with a webhook. */
const actions: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:id/rotate-secret',
    {
      config: { idempotent: true, told: { event: 'sensitive_update' } },
      schema: {
        operationId: 'rotateWebhookSecret',
        tags,
        summary: 'Replace the secret of a webhook',
        description:
          'For 24 hours requests are signed with both secrets. One from an earlier rotation ends now.',
        params: WebhookParams,
        response: { 200: NewWebhookAnswer, ...refusals(...refusedChange, 'notFound') },
      },
    },
    (request, reply) =>
      app.once(
        reply,
        (remember) => app.webhooks.rotateSecret(request.params.id, app.auth.originOf(request), remember),
        (rotated: NewWebhookView) => ({ body: rotated }),
      ),
  )

  app.post(
    '/:id/replay',
    {
      config: { idempotent: true, told: { event: 'sensitive_update', fields: ['after'] } },
      schema: {
        operationId: 'replayWebhook',
        tags,
        summary: 'Deliver from another offset on',
        description:
          'The events after the offset `after` are delivered, again or for the first time; 0 for all that the log has. A disabled webhook stays so.',
        params: WebhookParams,
        body: Replay,
        response: { 200: Webhook, ...refusals('invalidRequest', ...refusedChange, 'notFound') },
      },
    },
    (request, reply) =>
      app.once(
        reply,
        (remember) =>
          app.webhooks.replay(request.params.id, request.body.after, app.auth.originOf(request), remember),
        (replayed: WebhookView) => ({ body: replayed }),
      ),
  )

  app.post(
    '/:id/test',
    {
      schema: {
        operationId: 'testWebhook',
        tags,
        summary: 'Send a test event and wait for the answer',
        description:
          'Its type is `webhook:test`, and it is not in the log. It is sent to a disabled webhook too, beside what is being delivered.',
        params: WebhookParams,
        response: { 200: TestOutcome, ...refusals(...refusedChange, 'notFound') },
      },
    },
    (request) => app.webhooks.sendTest(request.params.id, app.auth.originOf(request)),
  )
}

export default actions
