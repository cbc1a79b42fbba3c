import { readFileSync } from 'node:fs'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { createTransport } from '../../src/webhooks/sending/transport.js'
import { createAuthority } from '../helpers/certificates.js'
import { listen } from '../helpers/webhook-receiver.js'

const TIMEOUT_MS = 400

function open(t: Test, more = {}) {
  const transport = createTransport({ allowPrivate: true, timeoutMs: TIMEOUT_MS, ...more })
  t.teardown(() => transport.close())
  return (url: string, signal?: AbortSignal) =>
    transport.send({ url: new URL(url), headers: { 'content-type': 'application/json' }, body: '{}' }, signal)
}

t.test('a receiver that hangs, before or after its headers, is left after the time limit', async (t) => {
  const send = open(t)
  const silent = await listen(t, () => {})
  t.match(await send(silent), { status: null, error: 'timeout' })
  const dripping = await listen(t, (_request, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('x'), 50)
    response.once('close', () => clearInterval(timer))
  })
  const outcome = await send(dripping)
  t.match(outcome, { status: 200, error: null })
  t.ok(outcome.ms >= TIMEOUT_MS - 50 && outcome.ms < 10 * TIMEOUT_MS, `${outcome.ms} ms`)
})

t.test('of an answer without end, 1 KiB is read', async (t) => {
  const send = open(t, { timeoutMs: 15_000 })
  let sent = 0
  const endless = await listen(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 10_000_000_000 })
    const chunk = Buffer.alloc(64 * 1024, 'ä')
    const more = () => {
      while (!response.closed && response.write(chunk)) sent += chunk.length
    }
    response.on('drain', more).on('error', () => {})
    more()
  })
  const { status, response } = await send(endless)
  t.equal(status, 200)
  t.equal(response, 'ä'.repeat(512))
  await sleep(100)
  const before = sent
  await sleep(100)
  t.equal(sent, before, 'the connection was closed')
  t.ok(sent < 50_000_000, `${sent} bytes`)
})

t.test('a redirect is not followed', async (t) => {
  const send = open(t)
  let visits = 0
  const elsewhere = await listen(t, (_request, response) => {
    visits++
    response.end()
  })
  for (const location of [elsewhere, 'http://169.254.169.254/latest/meta-data/']) {
    const redirecting = await listen(t, (_request, response) => response.writeHead(307, { location }).end())
    t.match(await send(redirecting), { status: 307, error: null })
  }
  t.equal(visits, 0)
})

t.test('answers that are none, and connections that fail, are failures', async (t) => {
  const send = open(t)
  const raw = (answer: string) =>
    new Promise<string>((resolve) => {
      const server = createServer((socket) => {
        socket.once('data', () => socket.end(answer))
        socket.on('error', () => {})
      })
      server.listen(0, '127.0.0.1', () =>
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      )
      t.teardown(() => server.close())
    })
  t.match(await send(await raw('')), { status: null, error: 'connection-closed' })
  t.match(await send(await raw('SSH-2.0-OpenSSH\r\n')), { status: null, error: 'invalid-answer' })
  const long = `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`
  t.match(await send(await raw(long)), { status: null, error: 'invalid-answer' })
  const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'
  const unasked = await raw(`HTTP/1.1 100 Continue\r\n\r\n${ok}`)
  t.match(await send(unasked), { status: null, error: 'invalid-answer', isStale: false })
  const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'
  t.match(await send(await raw(upgrade)), { status: null, error: 'invalid-answer', isStale: false })
  t.match(await send('http://127.0.0.1:1/'), { status: null, error: 'connection-failed' })
  t.match(await send('http://receiver.invalid/'), { status: null, error: 'name-not-found' })
  const early = await raw(
    'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
  )
  t.match(await send(early), { status: 200, response: 'ok' })
})

t.test('a certificate that is not valid for the host is refused', async (t) => {
  const authority = createAuthority(t)
  const start = async (host: string) => {
    const { cert, key } = authority.issue(host.replace(/\W/g, '-'), host)
    const options = { cert: readFileSync(cert), key: readFileSync(key) }
    const server = createTlsServer(options, (_request, response) => response.writeHead(204).end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.teardown(() => server.close())
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }
  const [right, wrong] = [await start('IP:127.0.0.1'), await start('DNS:other.test')]
  const [trusting, strict] = [open(t, { ca: readFileSync(authority.ca, 'utf8'), timeoutMs: 5_000 }), open(t)]
  t.match(await trusting(right), { status: 204, error: null })
  t.match(await trusting(wrong), { status: null, error: 'certificate' })
  t.match(await strict(right), { status: null, error: 'certificate' })
})

t.test('a kept connection that was closed is told from a failure of the receiver', async (t) => {
  const send = open(t)
  let requests = 0
  const closing = await listen(t, (request, response) => {
    if (++requests % 2 === 0) request.socket.destroy()
    else response.writeHead(204).end()
  })
  t.match(await send(closing), { status: 204, isStale: false })
  t.match(await send(closing), { status: null, error: 'connection-closed', isStale: true })
  t.match(await send(closing), { status: 204 })
  const fresh = await listen(t, (request) => request.socket.destroy())
  t.match(await send(fresh), { error: 'connection-closed', isStale: false })
})

t.test('an aborted request rejects, and its connection ends', async (t) => {
  const send = open(t, { timeoutMs: 15_000 })
  let closed = 0
  const silent = await listen(t, (request) => request.socket.once('close', () => closed++))
  const abort = new AbortController()
  const sending = send(silent, abort.signal)
  await sleep(50)
  abort.abort(new Error('over'))
  await t.rejects(sending, { message: 'over' })
  await t.rejects(send(silent, abort.signal), { message: 'over' })
  while (closed === 0) await sleep(5)
  t.equal(closed, 1)
})
