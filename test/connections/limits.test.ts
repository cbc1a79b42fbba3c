import t from 'tap'
import { build } from '../helper.js'
import { listen } from '../sockets/sockets.js'
import { dial, get, statusesIn, until, upgrade } from './raw.js'

const standard = { total: 100, perAddress: 0, requestMs: 30_000, sendMs: 30_000, idleMs: 30_000 }

t.test('one address has so many connections open and no more, whatever they carry', async (t) => {
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
  t.equal(await fourth.all(), '', 'it is closed without an answer')
  t.equal(app.connections.open, 3)
  socket.socket.resetAndDestroy()
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

t.test('a proxy that is trusted stands for many clients, and is not limited', async (t) => {
  const app = await build(t, { connections: { ...standard, perAddress: 1 }, trustProxy: '127.0.0.1' })
  const port = Number(new URL(await listen(app)).port)
  const clients = Array.from({ length: 5 }, () => dial(t, port))
  for (const { socket } of clients) socket.write(get('/health/live'))
  await Promise.all(clients.map(({ until }) => until(/"ok"/)))
})

t.test('the process has so many connections open and no more', async (t) => {
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

t.test('what a client begins and does not go on with ends by a deadline', async (t) => {
  const app = await build(t, {
    connections: { ...standard, requestMs: 600, sendMs: 1_200, idleMs: 400 },
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
  t.same(statusesIn(await trickled.all()), [408], 'a byte now and then does not help')
  t.same(statusesIn(await idle.all()), [200])
  const silent = dial(t, port)
  t.equal(await silent.all(), '')
  await until(() => app.connections.open === 0, 'all are closed')
})
