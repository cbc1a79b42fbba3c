import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Db } from '../../src/db/db.js'
import { openDb } from '../../src/db/open.js'
import { auditBooks } from '../helpers/books.js'
import { databaseOf } from '../helpers/database.js'
import { adminOf, makeProduct, startServer } from '../helpers/process.js'

const SETTINGS = { ADMIN_EMAIL: 'admin@shop.test', ADMIN_PASSWORD: 'correct horse battery' }

interface Sent {
  method: string
  path: string
  headers: Record<string, string>
  body: string
}

/** Sends a request over a connection of its own, and never reads from it. */
function sendWithoutReading(url: string, { method, path, headers, body }: Sent): void {
  const { host, hostname, port } = new URL(url)
  const fields = { ...headers, host, 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  const socket = connect(Number(port), hostname).on('error', () => {})
  socket.pause().write(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
}

/** Number of changes made under a key. */
async function made(db: Db): Promise<number> {
  const where = { idempotencyKey: { not: null } }
  const counts = [
    await db.read.idempotencyKey.count(),
    await db.read.order.count({ where }),
    await db.read.checkout.count({ where }),
  ]
  return counts.reduce((sum, count) => sum + count, 0)
}

t.test('a retry after a kill between the commit and the answer replays the change', async (t) => {
  const cwd = t.testdir()
  const env = { ...SETTINGS, DATABASE_URL: await databaseOf(t, cwd, 'stockroom.db') }
  let server = await startServer(t, cwd, env)
  const admin = await adminOf(server, SETTINGS)
  const [productId, other] = [
    await makeProduct(server.url, admin, 100),
    await makeProduct(server.url, admin, 100),
  ]
  const db = await openDb(env.DATABASE_URL)
  t.teardown(() => db.close())
  const stocks = async () => {
    const rows = await db.read.product.findMany({ orderBy: { id: 'asc' } })
    return rows.map(({ stock }) => Number(stock))
  }
  const place = { productId, quantity: 2 }
  const changes: [method: string, path: string, body: object, stocks: number[]][] = [
    ['POST', `/products/${productId}/stock-adjustments`, { delta: 10 }, [110, 100]],
    ['PATCH', `/products/${other}`, { stock: 50, price: 3 }, [110, 50]],
    ['POST', '/orders', place, [108, 50]],
    ['POST', '/checkouts', { items: [place, { productId: other, quantity: 5 }] }, [106, 45]],
  ]
  for (const [i, [method, path, body, expected]] of changes.entries()) {
    const headers = { ...(await adminOf(server, SETTINGS)), 'idempotency-key': `"retry ${i}"` }
    const request = { method, path, headers, body: JSON.stringify(body) }
    const before = await made(db)
    sendWithoutReading(server.url, request)
    while ((await made(db)) === before) await sleep(1)
    await server.stop('SIGKILL')
    server = await startServer(t, cwd, env)
    const retry = () => fetch(`${server.url}${path}`, request)
    const [first, second] = [await retry(), await retry()]
    t.equal(first.ok, true, `${method} ${path}: ${first.status}`)
    t.equal(first.headers.get('idempotent-replayed'), 'true')
    t.equal(await second.text(), await first.text())
    t.same(await stocks(), expected, 'once')
  }
  t.same(await auditBooks(db), [])
  t.equal(await server.stop(), 0)
})
