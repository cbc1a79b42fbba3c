import { NOWHERE, type Samples } from './sample.js'
import type { Shop } from './shop.js'

/** Webhooks. */
export function webhookSamples({ admin, buyer, webhook, doomedWebhook }: Shop): Samples {
  const url = 'https://receiver.invalid/hook'
  return {
    listWebhooks: [
      [200, admin],
      [400, { ...admin, query: { cursor: 'x' } }],
      [403, buyer],
    ],
    createWebhook: [
      [201, { ...admin, payload: { url, types: ['order:created'] } }],
      [400, { ...admin, payload: { url: 'http://127.0.0.1/hook' } }],
      [400, { ...admin, payload: { url, after: 1_000_000 } }],
      [403, { ...buyer, payload: {} }],
    ],
    getWebhook: [
      [200, admin, webhook.id],
      [404, admin, NOWHERE],
    ],
    updateWebhook: [
      [200, { ...admin, payload: { disabled: true } }, webhook.id],
      [400, { ...admin, payload: { types: [] } }, webhook.id],
      [404, { ...admin, payload: { disabled: true } }, NOWHERE],
    ],
    rotateWebhookSecret: [
      [200, admin, webhook.id],
      [404, admin, NOWHERE],
    ],
    replayWebhook: [
      [200, { ...admin, payload: { after: 0 } }, webhook.id],
      [400, { ...admin, payload: { after: 1_000_000 } }, webhook.id],
      [404, { ...admin, payload: { after: 0 } }, NOWHERE],
    ],
    testWebhook: [
      [200, admin, webhook.id],
      [404, admin, NOWHERE],
    ],
    listWebhookDeliveries: [
      [200, admin, webhook.id],
      [400, { ...admin, query: { cursor: 'x' } }, webhook.id],
      [404, admin, NOWHERE],
    ],
    deleteWebhook: [
      [204, admin, doomedWebhook.id],
      [404, admin, doomedWebhook.id],
    ],
  }
}
