import fp from 'fastify-plugin'
import { Counter, Gauge } from 'prom-client'
import { encryptionSecrets } from '../accounts/mfa/encryption-secrets.js'
import { createSecretBox } from '../accounts/mfa/secret-box.js'
import type { WebhookAttempt } from '../contract/webhook.js'
import { VERSION } from '../version.js'
import { type AttemptQuery, listAttempts } from '../webhooks/attempts.js'
import { startThread } from '../webhooks/delivery/start-thread.js'
import { Dispatcher } from '../webhooks/dispatcher.js'
import { loadEndpoints } from '../webhooks/endpoints.js'
import { listWebhooks, type WebhookQuery } from '../webhooks/list-webhooks.js'
import { createLogReader } from '../webhooks/read-log.js'
import { createHosts } from '../webhooks/sending/resolve.js'
import type { Transport } from '../webhooks/sending/transport.js'
import { createTestDelivery } from '../webhooks/test-delivery.js'
import { createWebhooks } from '../webhooks/webhooks.js'

declare module 'fastify' {
  interface FastifyInstance {
    webhooks: ReturnType<typeof createWebhooks> & {
      list(query: WebhookQuery): ReturnType<typeof listWebhooks>
      /** @throws Problem not-found, invalid-request */
      attempts(id: string, query: AttemptQuery): ReturnType<typeof listAttempts>
      sendTest: ReturnType<typeof createTestDelivery>
    }
  }
}

const USER_AGENT = `Stockroom/${VERSION}`
/**
 * The delivery thread yields to the thread of the orders: on a core needed by both, it gets a forty-fifth (Linux weighs
 * 17 with 23, and 0 with 1024).
 */
const NICENESS = 17

const outcomeOf = ({ status, error }: WebhookAttempt): string =>
  error ?? `${Math.floor((status ?? 0) / 100)}xx`

/** Decorates `app.webhooks`, and delivers events to them while the program runs, unless another process does. */
export default fp(
  async (app) => {
    const { db, config, log, metrics, eventLog, relay, following } = app
    const { allowPrivate, httpsOnly } = config.webhooks
    const box = createSecretBox({ secrets: encryptionSecrets(config), purpose: 'webhooks' })

    const attempts = new Counter({
      name: 'webhook_attempts_total',
      help: 'Attempts of this process to deliver an event to a webhook, by the class of the status or the error',
      labelNames: ['outcome'],
      registers: [metrics],
    })
    let isLeading = false
    new Gauge({
      name: 'webhooks_delivering',
      help: 'Whether this process delivers to the webhooks',
      registers: [metrics],
      collect() {
        this.set(isLeading ? 1 : 0)
      },
    })

    const dispatcher = new Dispatcher({
      db,
      eventLog,
      start: (options) =>
        startThread({
          ...options,
          userAgent: USER_AGENT,
          allowPrivate,
          niceness: NICENESS,
          trace: app.tracing?.events.delivery,
        }),
      load: () =>
        loadEndpoints({
          db,
          box,
          onLostSecret: (webhook) =>
            app.logLimited(
              log,
              'error',
              'webhook-secret-lost',
              { webhook },
              'the secret of a webhook cannot be decrypted: add the key that encrypted it to ENCRYPTION_KEY, or rotate it',
            ),
        }),
      read: createLogReader({ following, eventLog }),
      epoch: eventLog.epoch,
      head: () => relay.position,
      onSaved(reports) {
        for (const { id, attempts: made, disabled } of reports) {
          for (const attempt of made) attempts.inc({ outcome: outcomeOf(attempt) })
          if (disabled) log.warn({ webhook: id, ...disabled }, 'a webhook was disabled')
        }
      },
      onLead(leads) {
        isLeading = leads
        log.info(
          leads ? 'this process delivers to the webhooks' : 'this process stops delivering to the webhooks',
        )
      },
      onFailure(err) {
        if (err === undefined) log.warn('webhooks are delivered to again')
        else log.error({ err }, 'webhooks could not be delivered to: trying again')
      },
    })

    new Gauge({
      name: 'webhooks_behind_events',
      help: 'Events that the enabled webhook furthest behind has yet to get or to pass over; 0 if another process delivers',
      registers: [metrics],
      collect() {
        this.set(dispatcher.behind)
      },
    })

    let transport: Promise<Transport> | undefined
    app.decorate('webhooks', {
      ...createWebhooks({
        db,
        eventLog,
        box,
        urls: { hosts: createHosts({ allowPrivate }), httpsOnly },
        onChange: () => (app.hasJobs ? dispatcher.changed() : app.siblings?.publish('webhooks')),
      }),
      list: (query) => listWebhooks(db, query),
      async attempts(id, query) {
        await app.webhooks.get(id)
        return listAttempts(db, id, query)
      },
      sendTest: createTestDelivery({
        db,
        box,
        userAgent: USER_AGENT,
        epoch: eventLog.epoch,
        transport: () => {
          transport ??= import('../webhooks/sending/transport.js').then(({ createTransport }) =>
            createTransport({ allowPrivate }),
          )
          return transport
        },
      }),
    })

    app.addHook('onClose', async () => (await transport)?.close())
    if (!app.hasJobs) return
    app.siblings?.subscribe('webhooks', () => dispatcher.changed())
    relay.subscribe(() => dispatcher.advance())
    eventLog.onNewEpoch(() => dispatcher.startOver())
    app.addHook('onReady', async () => dispatcher.start())
    app.addHook('onClose', () => dispatcher.close())
  },
  {
    name: 'webhooks',
    dependencies: ['config', 'db', 'errors', 'event-log', 'following', 'metrics', 'relay'],
  },
)
