import { readFileSync } from 'node:fs'
import type { SMTPServerOptions } from 'smtp-server'
import t, { type Test } from 'tap'
import { createSmtpTransport } from '../../src/mail/smtp-transport.js'
import { type Certificate, createAuthority } from '../helpers/certificates.js'
import { refusal, startSmtpServer } from '../helpers/smtp-server.js'

// The second reaches the same machine too, and does not count as it. (Not an address of IPv6: Node 22.23 finds none of them in a
// certificate.)
const HERE = '127.0.0.1'
const ELSEWHERE = '0.0.0.0'

const authority = createAuthority(t)
const ca = readFileSync(authority.ca, 'utf8')
const own = authority.issue('own', `IP:${HERE},IP:${ELSEWHERE}`)
const another = authority.issue('another', 'DNS:mail.other.test')

const message = {
  id: '1',
  recipient: 'ada@shop.test',
  subject: 'Hello',
  text: 'A link',
  html: '<p>A link</p>',
}

/** Starts a mail server noting how it was reached: by TLS or not, and with which password. */
async function startServer(
  t: Test,
  { cert, key }: Certificate,
  options: SMTPServerOptions = {},
  disabledCommands: string[] = ['AUTH'],
) {
  const seen: { secure: boolean; password?: string | null | undefined }[] = []
  const { port, received } = await startSmtpServer(t, {
    cert: readFileSync(cert),
    key: readFileSync(key),
    disabledCommands,
    authOptional: true,
    allowInsecureAuth: true,
    onMailFrom(_address, { secure }, callback) {
      seen.push({ secure })
      callback()
    },
    onAuth({ username, password }, { secure }, callback) {
      seen.push({ secure, password })
      callback(password === 'secret' ? null : refusal(535), { user: username })
    },
    ...options,
  })
  const send = (before: string, { host = HERE, trusts = true } = {}) =>
    createSmtpTransport({
      url: `${before}${host}:${port}`,
      from: { name: 'Lamps', address: 'shop@shop.test' },
      ca: trusts ? [ca] : undefined,
    }).send(message)
  return { seen, received, send }
}

t.test('smtps:// delivers over TLS from the start, to a server with a trusted certificate', async (t) => {
  const { seen, received, send } = await startServer(t, own, { secure: true })
  await send('smtps://')
  t.same(seen, [{ secure: true }])
  t.equal(received.length, 1)
})

t.test('smtp:// changes to TLS where the server offers it, and does without where it does not', async (t) => {
  const offering = await startServer(t, own)
  await offering.send('smtp://')
  await offering.send('smtp://', { host: ELSEWHERE })
  t.same(offering.seen, [{ secure: true }, { secure: true }])
  const plain = await startServer(t, own, {}, ['AUTH', 'STARTTLS'])
  await plain.send('smtp://')
  await plain.send('smtp://', { host: ELSEWHERE })
  t.same(plain.seen, [{ secure: false }, { secure: false }])
})

t.test(
  'a certificate that is not trusted, or of another name, is refused before anything is sent',
  async (t) => {
    for (const secure of [true, false])
      for (const before of ['', 'shop:secret@'])
        for (const [certificate, trusts] of [
          [own, false],
          [another, true],
        ] as const) {
          const { seen, received, send } = await startServer(t, certificate, { secure }, [])
          const protocol = secure ? 'smtps://' : 'smtp://'
          await t.rejects(send(protocol + before, { trusts }), { name: 'DeliveryFailure', reply: undefined })
          t.same([seen, received], [[], []], protocol + before)
        }
  },
)

t.test('a password is sent to another machine over TLS only', async (t) => {
  const offering = await startServer(t, own, {}, [])
  await offering.send('smtp://shop:secret@', { host: ELSEWHERE })
  t.same(offering.seen, [{ secure: true, password: 'secret' }, { secure: true }])

  const plain = await startServer(t, own, {}, ['STARTTLS'])
  await t.rejects(plain.send('smtp://shop:secret@', { host: ELSEWHERE }), { name: 'DeliveryFailure' })
  t.same([plain.seen, plain.received], [[], []])
  await plain.send('smtp://shop:secret@')
  t.same(plain.seen, [{ secure: false, password: 'secret' }, { secure: false }], 'to this machine')
})
