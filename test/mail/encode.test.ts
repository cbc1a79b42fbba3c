import addressparser from 'nodemailer/lib/addressparser'
import t from 'tap'
import { encode } from '../../src/mail/encode.js'
import { createSmtpTransport } from '../../src/mail/smtp-transport.js'
import { startSmtpServer } from '../helpers/smtp-server.js'

const content = { id: '1', subject: 'Hello\r\nBcc: eve@evil.test', text: 'A link', html: '<p>A link</p>' }
const from = { name: 'Lamps\r\nBcc: eve@evil.test', address: 'shop@shop.test' }
const RECIPIENTS = [
  'ada@shop.test',
  'ada@shop.test\r\nBcc: eve@evil.test',
  'ada@shop.test>, <eve@evil.test',
  '"a, eve@evil.test, "@shop.test',
]

/** Returns the headers of a mail, by name. */
async function headersOf(recipient: string, subject = content.subject, name = from.name) {
  const { data } = await encode({ ...content, recipient, subject }, { ...from, name })
  const [head = ''] = data.toString().split('\r\n\r\n')
  return head.split(/\r\n(?![ \t])/).map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 2)] as const
  })
}

t.test('no recipient, subject or name adds a header, or an address to one', async (t) => {
  const names = (await headersOf('ada@shop.test', 'Hello', 'Lamps')).map(([name]) => name)
  for (const name of ['From', 'To', 'Subject']) t.ok(names.includes(name), name)
  for (const recipient of RECIPIENTS) {
    const headers = await headersOf(recipient)
    t.same(
      headers.map(([name]) => name),
      names,
      recipient,
    )
    for (const [name, value] of headers.filter(([name]) => name === 'To' || name === 'From')) {
      const addresses = addressparser(value, { flatten: true })
      t.equal(addresses.length, 1, `${name}: ${value}`)
      t.not(addresses[0]?.address, 'eve@evil.test')
    }
  }
})

t.test('no recipient adds another one to the envelope', async (t) => {
  const envelopes: string[][] = []
  const server = await startSmtpServer(t, {
    onData(stream, { envelope }, callback) {
      envelopes.push(envelope.rcptTo.map(({ address }) => address))
      stream.resume().on('end', () => callback())
    },
  })
  const transport = createSmtpTransport({ url: `smtp://127.0.0.1:${server.port}`, from })
  for (const recipient of RECIPIENTS) await transport.send({ ...content, recipient }).catch(() => {})
  t.same(envelopes[0], ['ada@shop.test'])
  for (const envelope of envelopes) {
    t.equal(envelope.length, 1)
    t.notOk(envelope.includes('eve@evil.test'))
  }
})
