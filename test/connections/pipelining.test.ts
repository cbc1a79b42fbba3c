import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { build, noRateLimits, signIn } from '../helpers/app.js'
import { dial, get } from '../helpers/raw-connection.js'
import { listen } from '../helpers/sockets.js'

const REQUESTS = 10_000
/** Bytes of one read of 64 KiB are parsed before reading can stop. */
const IN_ONE_READ = 65_536 / get('/health/live').length

t.test('the server stops reading from a client that pipelines faster than it is answered', async (t) => {
  const app = await build(t, noRateLimits)
  const port = Number(new URL(await listen(app)).port)
  let unanswered = 0
  let most = 0
  let answered = 0
  app.server.prependListener('request', (_request, response) => {
    most = Math.max(most, ++unanswered)
    response.once('close', () => {
      unanswered--
      answered++
    })
  })
  const { socket, received, all } = dial(t, port)
  const burst = get('/health/live').repeat(100)
  for (let sent = 0; sent < REQUESTS; sent += 100) if (!socket.write(burst)) await once(socket, 'drain')
  // A half-close in its place would end the connection before the last answers.
  socket.write(get('/health/live', 'Connection: close\r\n'))
  await all()
  t.equal(answered, REQUESTS + 1)
  t.equal(received().split('HTTP/1.1 200 ').length - 1, REQUESTS + 1)
  t.ok(most < 64 + 2 * IN_ONE_READ, `${most} requests waited at most`)
})

t.test('a client is not cut off while the first of its requests keeps the server busy', async (t) => {
  const sendMs = 500
  const connections = { total: 100, perAddress: 0, requestMs: 30_000, sendMs, idleMs: 30_000 }
  const app = await build(t, { ...noRateLimits, connections })
  const { headers } = await signIn(app, 'admin')
  const { socket, until } = dial(t, Number(new URL(await listen(app)).port))
  const body = JSON.stringify({ name: 'Lamp', price: 1, stock: 1 })
  let release = () => {}
  const held = app.db.write(() => new Promise<void>((resolve) => (release = resolve)))
  socket.write(
    `POST /products HTTP/1.1\r\nHost: shop.test\r\nAuthorization: ${headers.authorization}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}${get('/health/live')}`,
  )
  await sleep(3 * sendMs)
  release()
  await held
  await until(/^HTTP\/1\.1 201 [^]*HTTP\/1\.1 200 /)
})
