import { Agent, get as httpGet } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { buildApp } from '../../src/app.js'
import { testConfig } from '../helpers/app.js'
import { noRateLimits, startServer } from '../helpers/process.js'
import { dial, get, statusesIn, until, upgrade } from '../helpers/raw-connection.js'
import { listen } from '../helpers/sockets.js'

/** Requests `path` repeatedly until the connection is refused. @returns the outcome of each request */
async function customer(port: number, path: string, agent: Agent, outcomes: Map<string, number>) {
  for (;;) {
    const outcome = await new Promise<string>((resolve) => {
      const request = httpGet({ host: '127.0.0.1', port, path, agent }, (answer) => {
        answer
          .resume()
          .on('end', () => resolve(`${answer.statusCode} ${answer.headers.connection}`))
          .on('error', (error: NodeJS.ErrnoException) => resolve(`cut short: ${error.code}`))
      })
      request.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)))
    })
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    if (outcome === 'ECONNREFUSED') return
  }
}

t.test('on SIGTERM every client leaves on its own, and no response is lost', async (t) => {
  const server = await startServer(t, t.testdir(), noRateLimits)
  const port = Number(new URL(server.url).port)
  const outcomes = new Map<string, number>()
  const customers = Array.from({ length: 40 }, (_, i) => {
    const agent = new Agent({ keepAlive: i % 2 === 0, maxSockets: 1 })
    return customer(port, i % 4 < 2 ? '/products' : '/health/live', agent, outcomes)
  })
  const total = () => [...outcomes.values()].reduce((sum, count) => sum + count, 0)
  while (total() < 500) await sleep(5)
  const ended = server.stop('SIGTERM')
  await Promise.all(customers)
  t.equal(await ended, 0)
  const {
    '200 keep-alive': kept = 0,
    '200 close': last = 0,
    ECONNREFUSED: refused,
    ...others
  } = Object.fromEntries(outcomes)
  t.ok(kept > 0)
  t.ok(last >= 20, 'clients with kept-alive connections were told to close them')
  t.equal(refused, 40)
  // A connection arriving at the very moment the listener closes cannot be saved; only one can.
  t.ok((others.ECONNRESET ?? 0) <= 1, JSON.stringify(others))
  t.same(
    Object.keys(others).filter((outcome) => outcome !== 'ECONNRESET'),
    [],
  )
})

t.test('stalled, idle and half-closed connections do not delay the shutdown', async (t) => {
  const server = await startServer(t, t.testdir())
  const port = Number(new URL(server.url).port)
  const [idle, half, silent, socket, request] = [1, 2, 3, 4, 5].map(() => dial(t, port))
  idle?.socket.write(get('/health/live'))
  half?.socket.write(
    'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  )
  socket?.socket.write(upgrade('/socket.io/?EIO=4&transport=websocket'))
  request?.socket.write('GET /products HTT')
  await Promise.all([idle?.until(/"ok"/), socket?.until(/"sid"/)])
  const code = await server.stop('SIGTERM')
  t.equal(code, 0, 'the supervisor did not have to kill it')
  for (const client of [idle, half, silent, socket, request]) await client?.all()
  t.notMatch(server.output(), /"level":[56]0/)
})

t.test('a closing server is not ready at once, and answers until it has closed', async (t) => {
  const server = await startServer(t, t.testdir(), { SHUTDOWN_DELAY: '5' })
  const port = Number(new URL(server.url).port)
  const before = dial(t, port)
  before.socket.write(get('/health/ready'))
  await before.until(/"ok"/)
  const ended = server.stop('SIGTERM')
  let ready = 200
  while (ready === 200) {
    const probe = dial(t, port)
    probe.socket.write(get('/health/ready', 'Connection: close\r\n'))
    ready = statusesIn(await probe.all())[0] ?? 0
  }
  t.equal(ready, 503)
  before.socket.write(get('/products'))
  const answer = await before.all()
  t.same(statusesIn(answer), [200, 200], 'an existing connection is served')
  t.match(answer, /connection: close/i)
  const late = dial(t, port)
  late.socket.write(get('/products'))
  t.same(statusesIn(await late.all()), [200], 'a new connection is served')
  t.equal(await ended, 0)
})

t.test('a request that is not answered in time gets 503 when the server closes', async (t) => {
  const app = buildApp(await testConfig(t, t.testdir()))
  app.get('/never', () => new Promise(() => {}))
  await app.ready()
  const port = Number(new URL(await listen(app)).port)
  const [request, pipelined] = [dial(t, port), dial(t, port)]
  request.socket.write(get('/never'))
  pipelined.socket.write(get('/health/live') + get('/never'))
  await until(() => app.connections.open === 2, 'both have arrived')
  await pipelined.until(/"ok"/)
  await app.close()
  const answer = await request.all()
  t.same(statusesIn(answer), [503])
  t.match(answer, /Retry-After: 1\r\n/)
  t.match(answer, /"type":"\/problems\/unavailable".*outcome/)
  t.same(statusesIn(await pipelined.all()), [200, 503])
})
