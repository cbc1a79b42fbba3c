import t from 'tap'
import { build, noRateLimits } from '../helpers/app.js'
import { dial, get, statusesIn, upgrade } from '../helpers/raw-connection.js'
import { listen } from '../helpers/sockets.js'

const POLL = '/socket.io/?EIO=4&transport=polling'

const SECURITY = [
  /^x-content-type-options: nosniff\r$/im,
  /^strict-transport-security: max-age=\d+/im,
  /^content-security-policy: default-src 'none'/im,
  /^x-frame-options: DENY\r$/im,
]

const WEBSOCKET = '/socket.io/?EIO=4&transport=websocket'
/** Invalid WebSocket handshakes (RFC 6455, 4.2.1). */
const MALFORMED = [
  upgrade(WEBSOCKET).replace(/(Key:).*/, '$1 short'),
  upgrade(WEBSOCKET).replace('Version: 13', 'Version: 99'),
  upgrade(WEBSOCKET).replace('Upgrade: websocket\r\n', '$&Sec-WebSocket-Protocol: ,,\r\n'),
]

t.test('responses that no route sends have the security headers too', async (t) => {
  const app = await build(t, { production: true })
  const port = Number(new URL(await listen(app)).port)
  const requests: [number, string][] = [
    [200, get(POLL, 'Connection: close\r\n')],
    [400, get(`${POLL}&sid=nobody`, 'Connection: close\r\n')],
    [400, get('/socket.io/?EIO=4&transport=nonsense', 'Connection: close\r\n')],
    [405, get(POLL, 'Connection: close\r\n').replace('GET', 'DELETE')],
    [400, upgrade('/socket.io/?EIO=4&transport=websocket&sid=nobody')],
    [400, upgrade('/socket.io/?EIO=3&transport=websocket')],
    ...MALFORMED.map((request): [number, string] => [400, request]),
    [400, 'nonsense\r\n\r\n'],
    [400, 'GET / HTTP/1.1\r\n\r\n'],
    [400, 'CONNECT shop.test:443 HTTP/1.1\r\nHost: shop.test\r\n\r\n'],
    [417, get('/products', 'Expect: a miracle\r\n')],
    [431, get('/products', `x: ${'x'.repeat(20_000)}\r\n`)],
  ]
  for (const [status, request] of requests) {
    const client = dial(t, port)
    client.socket.write(request)
    const answer = await client.all()
    t.same(statusesIn(answer), [status], request.slice(0, 80))
    for (const header of SECURITY) t.match(answer, header, request.slice(0, 80))
    if (status !== 200 && !/nobody|nonsense&/.test(request)) t.notMatch(answer, /text\/html/)
  }

  const socket = dial(t, port)
  socket.socket.write(upgrade('/socket.io/?EIO=4&transport=websocket'))
  await socket.until(/"sid"/)
  t.match(socket.received(), /^HTTP\/1\.1 101 /)
  for (const header of SECURITY.slice(0, 2)) t.match(socket.received(), header)
})

t.test('a malformed WebSocket handshake gets a problem that lists the supported versions', async (t) => {
  const app = await build(t)
  const port = Number(new URL(await listen(app)).port)
  for (const request of MALFORMED) {
    const client = dial(t, port)
    client.socket.write(request)
    const answer = await client.all()
    t.match(answer, /^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json\r\n/)
    t.match(answer, /^sec-websocket-version: 13, 8\r$/im)
    t.match(JSON.parse(answer.slice(answer.indexOf('{'))), { type: '/problems/bad-request', status: 400 })
  }
  t.equal(app.io.engine.clientsCount, 0)
})

t.test('JSONP is refused', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  for (const callback of ['0', '', 'x'])
    t.match(await (await fetch(`${url}${POLL}&j=${callback}`)).json(), { message: 'JSONP is not supported' })
  t.equal(app.io.engine.clientsCount, 0)
})

t.test('the id of a polling connection is 192 random bits', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const ids = await Promise.all(
    Array.from({ length: 3 }, async () => JSON.parse((await (await fetch(url + POLL)).text()).slice(1)).sid),
  )
  t.equal(new Set(ids).size, 3)
  for (const id of ids) t.match(id, /^[\w-]{32}$/)
})

t.test('a closing server accepts no new Socket.IO client', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  app.connections.startClosing()
  t.match(await (await fetch(`${url}${POLL}`)).json(), { message: 'The server is closing' })
})

t.test('polling clients without a connection count towards the connection limit', async (t) => {
  const limits = { total: 3, perAddress: 0, requestMs: 30_000, sendMs: 30_000, idleMs: 30_000 }
  const app = await build(t, { connections: limits })
  const url = await listen(app)
  const statuses: number[] = []
  for (let i = 0; i < 5; i++)
    statuses.push((await fetch(`${url}${POLL}`, { headers: { connection: 'close' } })).status)
  t.same(statuses, [200, 200, 200, 403, 403])
})

t.test('an upgrade, or a malformed request, waits for the pending responses before it', async (t) => {
  const app = await build(t, noRateLimits) // to answer some in the turn they are read in
  const port = Number(new URL(await listen(app)).port)
  const pipelines: [string, number[], RegExp][] = [
    [`${get('/health/ready')}${upgrade('/socket.io')}${get('/health/live')}`, [200, 404, 200], /"ok"\}$/],
    [`${get('/health/ready')}${upgrade('/socket.io/?EIO=4&transport=websocket')}`, [200, 101], /"sid"/],
    [`${get('/nowhere')}${upgrade('/socket.io')}${get('/health/live')}`, [404, 404, 200], /"ok"\}$/],
    [`${get('/health/ready')}${get('/products')}nonsense\r\n\r\n`, [200, 200, 400], /bad-request/],
  ]
  for (const [bytes, statuses, end] of pipelines) {
    const client = dial(t, port)
    client.socket.write(bytes)
    await client.until(end)
    while (statusesIn(client.received()).length < statuses.length)
      await new Promise((resolve) => client.socket.once('data', resolve))
    t.same(statusesIn(client.received()), statuses)
  }
})
