import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { type Encoded, encode, type Sender } from './encode.js'
import { DeliveryFailure, type Message, type Transport } from './message.js'
import { parseSmtpUrl, type SmtpServer } from './smtp-url.js'

export interface SmtpOptions {
  /** A valid MAIL_URL. */
  url: string
  from: Sender
  /** How long to wait for a connection and for the greeting, in milliseconds. */
  connectMs?: number
  /** How long to wait for an answer. */
  answerMs?: number
  /** How long a delivery may take in all. It is less than the lease of a mail, so no other process makes the same attempt. */
  deliveryMs?: number
  /** The certificates of trusted authorities, in place of Node's own. */
  ca?: string[] | undefined
}

const CONNECT_MS = 10_000
const ANSWER_MS = 30_000
const DELIVERY_MS = 60_000

/**
 * Delivers one encoded message over `connection`. Rejects however the connection ends, so the promise always settles.
 */
function deliver(
  connection: SMTPConnection,
  { auth }: SmtpServer,
  { from, to, data }: Encoded,
  deliveryMs: number,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const fail = (error: unknown) => {
      reject(new DeliveryFailure(error))
      connection.close()
    }
    const timer = setTimeout(() => fail({ code: 'ETIMEDOUT' }), deliveryMs)
    connection.on('error', fail)
    connection.once('end', () => {
      clearTimeout(timer)
      fail({ code: 'ECONNECTION' }) // without effect after a success
    })
    const send = () =>
      connection.send({ from, to }, data, (error) => {
        if (error) return fail(error)
        resolve()
        connection.quit()
      })
    connection.connect((error) => {
      if (error) fail(error)
      else if (auth) connection.login({ credentials: auth }, (refusal) => (refusal ? fail(refusal) : send()))
      else send()
    })
  })
}

/** Delivers mails by SMTP, over a connection each: they are few. */
export function createSmtpTransport(options: SmtpOptions): Transport {
  const { from, ca, connectMs = CONNECT_MS, answerMs = ANSWER_MS, deliveryMs = DELIVERY_MS } = options
  const server = parseSmtpUrl(options.url)
  const { host, port, secure, requireTLS } = server
  const open = new Set<SMTPConnection>()

  return {
    async send(message: Message) {
      const encoded = await encode(message, from)
      const { default: Connection } = await import('nodemailer/lib/smtp-connection')
      const connection = new Connection({
        host,
        port,
        secure,
        requireTLS,
        ...(ca && { tls: { ca } }),
        connectionTimeout: connectMs,
        dnsTimeout: connectMs,
        greetingTimeout: connectMs,
        socketTimeout: answerMs,
        socketCloseTimeout: 0,
      })
      open.add(connection)
      connection.once('end', () => open.delete(connection))
      await deliver(connection, server, encoded, deliveryMs)
      return undefined
    },

    close() {
      for (const connection of open) connection.close()
    },
  }
}
