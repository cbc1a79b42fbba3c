import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusals } from '../../http/refusals.js'
import { refused, tags } from './refused.js'
import { AttemptPage, AttemptQuery, Webhook, WebhookPage, WebhookParams, WebhookQuery } from './schema.js'

/** Reading webhooks and what was delivered. */
const reading: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'listWebhooks',
        tags,
        summary: 'List the webhooks, newest first',
        querystring: WebhookQuery,
        response: { 200: WebhookPage, ...refusals('invalidRequest', ...refused) },
      },
    },
    ({ query }) => app.webhooks.list(query),
  )

  app.get(
    '/:id',
    {
      schema: {
        operationId: 'getWebhook',
        tags,
        summary: 'One webhook',
        description: '`position` is saved every second while events are delivered.',
        params: WebhookParams,
        response: { 200: Webhook, ...refusals(...refused, 'notFound') },
      },
    },
    ({ params: { id } }) => app.webhooks.get(id),
  )

  app.get(
    '/:id/deliveries',
    {
      schema: {
        operationId: 'listWebhookDeliveries',
        tags,
        summary: 'Attempts of the last 7 days to deliver to a webhook, newest first',
        params: WebhookParams,
        querystring: AttemptQuery,
        response: { 200: AttemptPage, ...refusals('invalidRequest', ...refused, 'notFound') },
      },
    },
    ({ params: { id }, query }) => app.webhooks.attempts(id, query),
  )
}

export default reading
