import type { Visits } from './world.js'

/** Requests to the operations of webhooks. */
export const webhookVisits: Visits = {
  createWebhook: ({ admin }) => [{ headers: admin, body: { url: 'https://receiver.invalid/new' } }],
  listWebhooks: ({ admin }) => [{ headers: admin }],
  getWebhook: ({ admin, webhookId }) => [{ headers: admin, id: webhookId }],
  updateWebhook: ({ admin, webhookId }) => [
    { headers: admin, id: webhookId, body: { disabled: true } },
    { headers: admin, id: webhookId, body: { disabled: false } },
  ],
  rotateWebhookSecret: ({ admin, webhookId }) => [{ headers: admin, id: webhookId }],
  replayWebhook: ({ admin, webhookId }) => [{ headers: admin, id: webhookId, body: { after: 700 } }],
  testWebhook: ({ admin, webhookId }) => [{ headers: admin, id: webhookId }],
  listWebhookDeliveries: ({ admin, webhookId }) => [{ headers: admin, id: webhookId }],
  deleteWebhook: ({ admin, doomedWebhookId }) => [{ headers: admin, id: doomedWebhookId }],
}
