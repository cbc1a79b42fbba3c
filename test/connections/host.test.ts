import t from 'tap'
import { build } from '../helpers/app.js'
import { dial, get, statusesIn, upgrade } from '../helpers/raw-connection.js'
import { listen } from '../helpers/sockets.js'

const POLL = '/socket.io/?EIO=4&transport=polling'
const WEBSOCKET = '/socket.io/?EIO=4&transport=websocket'
const HOST = 'Host: shop.test\r\n'

/** All kinds of requests: each has its own event in Node. */
const WAYS = {
  'a request': get('/products'),
  'a request to Socket.IO': get(POLL),
  'a request with a body': get('/orders', 'Content-Length: 2\r\n').replace('GET', 'POST').concat('{}'),
  'a request that waits for a 100': get('/orders', 'Expect: 100-continue\r\nContent-Length: 2\r\n'),
  'a request with another expectation': get('/products', 'Expect: a miracle\r\n'),
  'an upgrade to a WebSocket': upgrade(WEBSOCKET),
  'an upgrade elsewhere': upgrade('/products'),
  CONNECT: get('shop.test:443').replace('GET', 'CONNECT'),
}

/** Host headers to reject (RFC 9112, 3.2). */
const BAD = {
  none: '',
  two: `${HOST}${HOST}`,
  'two that differ in case': `${HOST}hOST: other.test\r\n`,
  'a path': 'Host: shop.test/products\r\n',
  'a user': 'Host: admin@shop.test\r\n',
  'a list': 'Host: shop.test, other.test\r\n',
  'an invalid port': 'Host: shop.test:http\r\n',
  'an open bracket': 'Host: [::1\r\n',
  'a letter outside of ASCII': 'Host: shöp.test\r\n',
}

t.test('a request without exactly one valid Host header is refused with a problem', async (t) => {
  const app = await build(t, { production: true })
  const port = Number(new URL(await listen(app)).port)
  for (const [way, request] of Object.entries(WAYS))
    for (const [what, host] of Object.entries(BAD)) {
      const client = dial(t, port)
      client.socket.write(request.replace(HOST, host), 'latin1')
      const answer = await client.all()
      t.same(statusesIn(answer), [400], `${way}, ${what}`)
      t.match(answer, /^content-type: application\/problem\+json\r$/im)
      t.match(answer, /^strict-transport-security: /im)
      t.match(answer, /^connection: close\r$/im)
      const problem = JSON.parse(answer.slice(answer.indexOf('{')))
      t.match(problem, { type: '/problems/bad-request', status: 400, instance: /^[\da-f-]{36}$/ })
      if (way !== 'CONNECT') t.match(problem.detail, /Host/)
    }
  t.equal(app.io.engine.clientsCount, 0)
})

t.test('a valid Host header is accepted, whatever kind of host it names', async (t) => {
  const app = await build(t)
  const port = Number(new URL(await listen(app)).port)
  const hosts = ['shop.test', 'shop_1.test:3000', '127.0.0.1', '[::1]:3000', '[fe80::1%25eth0]', '']
  for (const host of hosts) {
    const client = dial(t, port)
    client.socket.write(get('/health/live', 'Connection: close\r\n').replace('shop.test', host))
    t.same(statusesIn(await client.all()), [200], host)
  }
  const old = dial(t, port)
  old.socket.write('GET /health/live HTTP/1.0\r\n\r\n')
  t.same(statusesIn(await old.all()), [200], 'HTTP/1.0 needs no Host')
})

t.test('pending responses precede the refusal, and nothing follows it', async (t) => {
  const app = await build(t)
  const port = Number(new URL(await listen(app)).port)
  for (const bad of [get('/products'), upgrade(WEBSOCKET)]) {
    const client = dial(t, port)
    client.socket.write(get('/health/ready') + bad.replace(HOST, HOST + HOST) + get('/health/live'))
    t.same(statusesIn(await client.all()), [200, 400])
  }
})

t.test('a client that expects a 100 is sent one, and then served', async (t) => {
  const app = await build(t)
  const port = Number(new URL(await listen(app)).port)
  const client = dial(t, port)
  client.socket.write(
    get('/auth/logout', 'Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n').replace(
      'GET',
      'POST',
    ),
  )
  await client.until(/100 Continue/)
  client.socket.write('{}')
  t.same(statusesIn(await client.all()), [100, 415])
})
