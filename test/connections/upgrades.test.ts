import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import t from 'tap'
import { Connections } from '../../src/connections/connections.js'
import { build, signIn } from '../helpers/app.js'
import { dial, get, statusesIn, upgrade } from '../helpers/raw-connection.js'
import { listen } from '../helpers/sockets.js'

t.test(
  'a request to upgrade to an unsupported protocol is answered with HTTP/1.1, body included',
  async (t) => {
    const app = await build(t)
    const { port } = new URL(await listen(app))
    const { headers } = await signIn(app, 'admin')
    const wish =
      'Host: shop.test\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk'
    const body = JSON.stringify({ name: 'Lämp', price: 24.5, stock: 2 })
    const post = `POST /products HTTP/1.1\r\n${wish}\r\nAuthorization: ${headers.authorization}
Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`.replace(
      /\r?\n/g,
      '\r\n',
    )
    const last = 'GET /products HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n'

    const socket = connect(Number(port), '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk) => (answer += chunk))
    const statuses = () => [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))
    const answered = async (count: number) => {
      while (statuses().length < count) await new Promise((resolve) => socket.once('data', resolve))
    }
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write(`GET /health/live HTTP/1.1\r\n${wish}\r\n\r\n`)
    await answered(1)
    socket.write(post)
    await answered(2)
    socket.write(`GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
    await answered(3)
    socket.write(last)
    await closed
    t.same(statuses(), [200, 201, 404, 200])
    t.match(answer, /"items":\[\{"id":"[^"]+","sku":null,"name":"Lämp"/)
  },
)

t.test('an upgrade waits until a response sent at once has released the connection', async (t) => {
  const limits = { total: 100, perAddress: 0, requestMs: 30_000, sendMs: 30_000, idleMs: 30_000 }
  const connections = new Connections({ limits, headers: {}, isProxy: () => false })
  const server = connections.createServer((_request, response) => response.end('at once'))
  connections.guard(server, '/socket.io/')
  t.teardown(() => new Promise((resolve) => server.close(resolve)))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  // Several times, since the process may stall long enough to defer a request to the next turn.
  for (let i = 0; i < 20; i++) {
    const client = dial(t, port)
    client.socket.write(get('/') + upgrade('/first') + upgrade('/second'))
    await client.until(/(at once.*){3}/s)
    t.same(statusesIn(client.received()), [200, 200, 200])
    client.socket.destroy()
  }
})
