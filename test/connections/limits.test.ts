import t from 'tap'
import { withinDescriptors } from '../../src/connections/limits.js'
import { build, signIn } from '../helpers/app.js'
import { startServer } from '../helpers/process.js'
import { dial, get, reset, statusesIn, until, upgrade } from '../helpers/raw-connection.js'
import { listen } from '../helpers/sockets.js'

const standard = { total: 100, perAddress: 0, requestMs: 30_000, sendMs: 30_000, idleMs: 30_000 }

t.test('connections of one address are limited, whatever they carry', async (t) => {
  const app = await build(t, { connections: { ...standard, perAddress: 3 } })
  const port = Number(new URL(await listen(app)).port)
  const silent = dial(t, port)
  const http = dial(t, port)
  http.socket.write(get('/health/live'))
  const socket = dial(t, port)
  socket.socket.write(upgrade('/socket.io/?EIO=4&transport=websocket'))
  await Promise.all([http.until(/"ok"/), socket.until(/"sid"/)])

  const fourth = dial(t, port)
  fourth.socket.write(get('/health/live'))
  t.equal(await fourth.all(), '', 'it is closed without a response')
  t.equal(app.connections.open, 3)
  reset(socket.socket)
  await until(() => app.connections.open === 2, 'the place of a connection that was reset is free')
  const fifth = dial(t, port)
  fifth.socket.write(get('/health/live'))
  await fifth.until(/"ok"/)
  t.notOk(silent.isClosed())
  t.match(
    await app.metrics.getSingleMetricAsString('connections_ended_total'),
    /connections_ended_total\{limit="address"\} 1$/m,
  )
})

t.test('a trusted proxy is exempt from the limit per address', async (t) => {
  const app = await build(t, { connections: { ...standard, perAddress: 1 }, trustProxy: '127.0.0.1' })
  const port = Number(new URL(await listen(app)).port)
  const clients = Array.from({ length: 5 }, () => dial(t, port))
  for (const { socket } of clients) socket.write(get('/health/live'))
  await Promise.all(clients.map(({ until }) => until(/"ok"/)))
})

t.test('the connections of the process are limited', async (t) => {
  const app = await build(t, { connections: { ...standard, total: 2 } })
  const port = Number(new URL(await listen(app)).port)
  const first = [dial(t, port), dial(t, port)]
  await until(() => app.connections.open === 2, 'both are open')
  t.equal(await dial(t, port).all(), '')
  for (const { socket } of first) socket.write(get('/health/live', 'Connection: close\r\n'))
  for (const { all } of first) t.match(await all(), /"ok"/)
  const later = dial(t, port)
  later.socket.write(get('/health/live'))
  await later.until(/"ok"/)
})

t.test('an unfinished request and an idle connection end at their deadlines', async (t) => {
  const app = await build(t, {
    connections: { ...standard, requestMs: 2_000, sendMs: 4_000, idleMs: 1_500 },
  })
  const port = Number(new URL(await listen(app)).port)
  const body = dial(t, port)
  body.socket.write(
    'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  )
  const trickled = dial(t, port)
  trickled.socket.write(
    'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{',
  )
  const trickle = setInterval(() => trickled.socket.write(' '), 50)
  t.teardown(() => clearInterval(trickle))
  const idle = dial(t, port)
  idle.socket.write(get('/health/live'))
  t.same(statusesIn(await body.all()), [408])
  t.same(statusesIn(await trickled.all()), [408], 'a byte now and then does not extend the deadline')
  t.same(statusesIn(await idle.all()), [200])
  const silent = dial(t, port)
  t.equal(await silent.all(), '')
  await until(() => app.connections.open === 0, 'all are closed')
})

t.test('no header is dropped from a request with thousands of them', async (t) => {
  const app = await build(t)
  const port = Number(new URL(await listen(app)).port)
  const { headers } = await signIn(app, 'customer')
  const client = dial(t, port)
  client.socket.write(
    get(
      '/auth/me',
      `${'a:\r\n'.repeat(2_500)}Authorization: ${headers.authorization}\r\nConnection: close\r\n`,
    ),
  )
  t.same(statusesIn(await client.all()), [200])
})

t.test(
  'a start warns if the limit of open files allows less than half of CONNECTIONS_MAX',
  { skip: !(withinDescriptors(1_000_000) < 500_000) && 'the limit of open files is higher here, or unknown' },
  async (t) => {
    const server = await startServer(t, t.testdir(), { CONNECTIONS_MAX: '1000000' })
    t.match(server.output(), /"maxConnections":\d+,.*the limit of open files allows fewer connections/)
  },
)
