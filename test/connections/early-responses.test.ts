import t from 'tap'
import { build } from '../helpers/app.js'
import { dial, statusesIn, until } from '../helpers/raw-connection.js'
import { listen } from '../helpers/sockets.js'

const LENGTH = 8 * 1024 * 1024
const limits = { total: 100, perAddress: 0, requestMs: 30_000, sendMs: 30_000, idleMs: 30_000 }

const head = (line: string, type: string, fields = '') =>
  `${line} HTTP/1.1\r\nHost: shop.test\r\nContent-Type: ${type}\r\nContent-Length: ${LENGTH}\r\n${fields}\r\n`

t.test('a client that sends its whole body before it reads gets a response that came early', async (t) => {
  const app = await build(t)
  const port = Number(new URL(await listen(app)).port)
  const json = 'application/json'
  for (const [status, line, type] of [
    [413, 'POST /auth/register', json],
    [413, 'POST /nowhere', json],
    [415, 'POST /auth/login', 'text/weird'],
    [401, 'POST /orders', json],
    [401, 'POST /products/import', 'text/csv'],
    [200, 'GET /products', json],
    [400, 'POST /socket.io/?EIO=4&transport=polling&sid=x', 'text/plain'],
    [405, 'PUT /socket.io/', 'text/plain'],
  ] as const)
    for (const fields of ['', 'Connection: close\r\n']) {
      const { socket, ...client } = dial(t, port)
      socket.pause()
      socket.write(head(line, type, fields))
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject)
        socket.write('x'.repeat(LENGTH), () => resolve())
      })
      socket.resume()
      if (fields) t.same(statusesIn(await client.all()), [status], `${line}, the last of its connection`)
      else await client.until(new RegExp(`^HTTP/1.1 ${status} `))
      socket.destroy()
    }
  await until(() => app.connections.open === 0, 'all are closed')
})

t.test('the next request of a connection follows the rest of one that was answered early', async (t) => {
  const app = await build(t)
  const { socket, until } = dial(t, Number(new URL(await listen(app)).port))
  socket.write(head('POST /products/import', 'text/csv'))
  await until(/ 401 /)
  socket.write('x'.repeat(LENGTH))
  socket.write('GET /health/live HTTP/1.1\r\nHost: shop.test\r\n\r\n')
  await until(/"ok"/)
})

t.test('a client that goes on sending after its response is cut off at the deadline', async (t) => {
  const app = await build(t, { connections: { ...limits, requestMs: 500 } })
  const port = Number(new URL(await listen(app)).port)
  for (const fields of ['', 'Connection: close\r\n']) {
    const { socket, ...client } = dial(t, port)
    socket.write(head('POST /products/import', 'text/csv', fields))
    const trickle = setInterval(() => socket.write('x'), 50)
    t.same(statusesIn(await client.all()), [401])
    clearInterval(trickle)
  }
  await until(() => app.connections.open === 0, 'all are closed')
})
