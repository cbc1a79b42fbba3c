import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { parseSmtpUrl } from './smtp-url.js'

const PATIENCE_MS = 5_000

/**
 * Connects to the mail server of a valid MAIL_URL and signs in, without sending anything.
 * @throws the error of the connection or of the sign-in
 */
export async function probeMailServer(url: string): Promise<void> {
  const { host, port, secure, requireTLS, auth } = parseSmtpUrl(url)
  const { default: Connection } = await import('nodemailer/lib/smtp-connection')
  const connection: SMTPConnection = new Connection({
    host,
    port,
    secure,
    requireTLS,
    connectionTimeout: PATIENCE_MS,
    dnsTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
  })
  try {
    await new Promise<void>((resolve, reject) => {
      connection.on('error', reject)
      connection.once('end', () => reject(new Error('the server closed the connection')))
      connection.connect((failure) => {
        if (failure) reject(failure)
        else if (auth)
          connection.login({ credentials: auth }, (refusal) => (refusal ? reject(refusal) : resolve()))
        else resolve()
      })
    })
    connection.quit()
  } finally {
    connection.close()
  }
}
