import type { AddressInfo } from 'node:net'
import fp from 'fastify-plugin'
import { Counter } from 'prom-client'
import { createComposer } from '../accounts/mails/compose.js'
import { pruneTokens } from '../accounts/mails/mail-tokens.js'
import { createResetRequests } from '../accounts/mails/reset-requests.js'
import { mailUnavailable } from '../errors.js'
import { parseSender } from '../mail/encode.js'
import { createFileTransport } from '../mail/file-transport.js'
import { createOutbox, type Outbox } from '../mail/outbox.js'
import { MailSender } from '../mail/sender.js'
import { createSmtpTransport } from '../mail/smtp-transport.js'

declare module 'fastify' {
  interface FastifyInstance {
    mail: {
      /** The mails to be sent; undefined if none can be sent. */
      outbox: Outbox | undefined
      /**
       * Requests a mail with a link to reset the password of an account.
       * @throws Problem `mail-unavailable`
       */
      requestReset(email: string): Promise<void>
    }
  }
}

const NOBODY = { name: 'Stockroom', address: 'stockroom@localhost' }

/** Decorates `app.mail`, and sends the mails of the outbox while the program runs. */
export default fp(
  async (app) => {
    const { db, config, log, metrics } = app
    const { production, mailUrl, mailFolder, shopName } = config
    const refuse = () => {
      throw mailUnavailable()
    }
    if (production && !mailUrl) {
      app.decorate('mail', { outbox: undefined, requestReset: refuse })
      return
    }

    const from = parseSender(config.mailFrom, shopName) ?? NOBODY
    const transport = mailUrl
      ? createSmtpTransport({ url: mailUrl, from })
      : createFileTransport({ folder: mailFolder, from })

    /** Where browsers reach this server: unless set, the address of the listener. */
    const publicUrl = (): string => {
      const port = (app.server.address() as AddressInfo | null)?.port ?? config.port
      return config.publicUrl ?? `http://localhost:${port}`
    }
    const compose = createComposer({
      db,
      shopName,
      linkTo: (page, token) => `${publicUrl()}/admin/#/${page}/${token}`,
    })

    const counter = new Counter({
      name: 'mails_total',
      help: 'Attempts to send a mail, by outcome',
      labelNames: ['outcome'],
      registers: [metrics],
    })
    const outbox = createOutbox({
      db,
      onQueued: () => (app.hasJobs ? sender.wake() : app.siblings?.publish('mails')),
    })
    const requests = createResetRequests({ db, outbox })
    const sender = new MailSender({
      outbox,
      transport,
      compose,
      resolve: requests.resolve,
      async prune() {
        await outbox.prune()
        await pruneTokens(db)
      },
      onSent({ id, kind, attempts }, file) {
        counter.inc({ outcome: 'sent' })
        const text = file ? 'a mail was written to a file: MAIL_URL is not set' : 'a mail was sent'
        log.info({ mail: id, kind, attempts, file }, text)
      },
      onFailed({ id, kind, attempts }, { code, reply }, isLast) {
        counter.inc({ outcome: isLast ? 'given-up' : 'failed' })
        const fields = { mail: id, kind, attempts, code, reply }
        if (isLast) log.error(fields, 'a mail could not be sent for a day, and is given up')
        else log.warn(fields, 'a mail could not be sent: trying again later')
      },
      onError: (err) => log.error({ err }, 'the outbox of mails could not be read'),
    })

    app.decorate('mail', { outbox, requestReset: requests.request })
    if (!app.hasJobs) return
    app.siblings?.subscribe('mails', () => sender.wake())
    app.addHook('onReady', async () => sender.wake())
    app.addHook('onClose', () => sender.close())
  },
  { name: 'mail', dependencies: ['config', 'db', 'metrics'] },
)
