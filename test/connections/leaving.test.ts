import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import t, { type Test } from 'tap'
import { buildApp } from '../../src/app.js'
import { testConfig } from '../helpers/app.js'
import { dial, get, reset, until } from '../helpers/raw-connection.js'
import { listen } from '../helpers/sockets.js'

const CLIENTS = 20

/**
 * Clients in a worker thread, which send one request each and disconnect while this thread is blocked. They start
 * when `flag[0]` is set, and set `flag[1]` once disconnected.
 */
const CLIENTS_SOURCE = `
  const { workerData: { port, request, clients, flag } } = require('node:worker_threads')
  const { connect } = require('node:net')
  const { once } = require('node:events')
  ;(async () => {
    const sockets = Array.from({ length: clients }, () => connect(port, '127.0.0.1'))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    Atomics.wait(flag, 0, 0)
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.end(request, resolve))))
    Atomics.store(flag, 1, 1)
    Atomics.notify(flag, 1)
    for (const socket of sockets) socket.on('error', () => {})
  })()
`

async function setup(t: Test) {
  const app = buildApp(await testConfig(t, t.testdir()))
  t.teardown(() => app.close())
  return app
}

t.test('queued requests of clients that have disconnected are not run', async (t) => {
  const app = await setup(t)
  let runs = 0
  app.get('/slow', async () => {
    runs++
    for (const end = performance.now() + 80; performance.now() < end; );
    return 'done'
  })
  const port = Number(new URL(await listen(app)).port)
  const flag = new Int32Array(new SharedArrayBuffer(8))
  const workerData = { port, request: get('/slow'), clients: CLIENTS, flag }
  const worker = new Worker(CLIENTS_SOURCE, { eval: true, workerData })
  t.teardown(() => worker.terminate())
  await until(() => app.connections.open === CLIENTS, 'the clients are there')
  Atomics.store(flag, 0, 1)
  Atomics.notify(flag, 0)
  Atomics.wait(flag, 1, 0) // blocks the event loop until the last has left
  await until(() => app.connections.open === 0, 'their connections are closed')
  t.ok(runs <= 2, `${runs} of ${CLIENTS} were run`)
  const client = dial(t, port)
  client.socket.write(get('/slow'))
  await client.until(/done/)
})

t.test('a request whose client disconnects during the hooks is not run', async (t) => {
  const app = await setup(t)
  let decide = () => {}
  const decided = new Promise<void>((resolve) => {
    decide = resolve
  })
  let runs = 0
  let asked = 0
  app.addHook('onRequest', async () => {
    asked++
    await decided
  })
  app.route({ method: ['GET', 'POST'], url: '/slow', handler: async () => String(++runs) })
  const port = Number(new URL(await listen(app)).port)
  const clients = Array.from({ length: 4 }, () => dial(t, port))
  for (const { socket } of clients) socket.write(get('/slow') + get('/slow'))
  await until(() => asked === 8, 'all are at the hook')
  for (const { socket } of clients.slice(0, 3)) reset(socket)
  await until(() => app.connections.open === 1, 'three have left')
  decide()
  await clients[3]?.until(/2$/)
  t.equal(runs, 2)
})

t.test('the request signal is aborted when the client disconnects', async (t) => {
  const app = await setup(t)
  let aborted = false
  let begun = false
  app.get('/long', async ({ signal }) => {
    begun = true
    if (!signal.aborted) await once(signal, 'abort')
    aborted = true
    return ''
  })
  const client = dial(t, Number(new URL(await listen(app)).port))
  client.socket.write(get('/long'))
  await until(() => begun, 'the handler runs')
  client.socket.destroy()
  await until(() => aborted, 'the signal is aborted')
})
