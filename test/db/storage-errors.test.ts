import { execFileSync, spawnSync } from 'node:child_process'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { App } from '../../src/app.js'
import { openDb } from '../../src/db/open.js'
import { build, signIn } from '../helpers/app.js'
import { addProduct, auditBooks } from '../helpers/books.js'
import { administer, onFile, onServer } from '../helpers/database.js'
import { adminOf, makeProduct, startServer } from '../helpers/process.js'

const pragma = (app: App, text: string) => app.db.write((tx) => tx.$queryRawUnsafe(`PRAGMA ${text}`))

async function readyAgain(isReady: () => Promise<boolean>): Promise<void> {
  while (!(await isReady())) await sleep(50)
}

/** A request to each route with writes by an admin, and its success status. */
function writes(productId: string, orderId: string) {
  const credentials = { email: `${Math.random()}@shop.test`, password: 'walnut desk lamp' }
  return [
    ['POST', '/auth/register', { name: 'Ada', ...credentials }],
    ['POST', '/products', { name: 'Lamp', price: 2, stock: 10 }],
    ['PATCH', `/products/${productId}`, { price: 3 }],
    ['POST', `/products/${productId}/stock-adjustments`, { delta: 1 }],
    ['POST', '/orders', { productId, quantity: 1 }],
    ['PATCH', `/orders/${orderId}`, { status: 'confirmed' }],
    ['POST', `/orders/${orderId}/cancel`, undefined],
    ['DELETE', `/products/${productId}`, undefined],
  ] as const
}

t.test('writes to a read-only database get a 503, and reads go on', { skip: onServer }, async (t) => {
  const app = await build(t)
  const admin = await signIn(app, 'admin')
  const productId = await addProduct(app, { stock: 50 })
  const order = (payload = { productId, quantity: 1 }) =>
    app.inject({ method: 'POST', url: '/orders', ...admin, payload })
  const { id } = (await order()).json()
  t.equal((await app.inject('/health/ready')).statusCode, 200)

  await pragma(app, 'query_only = ON') // SQLITE_READONLY
  for (const [method, url, payload] of writes(productId, id)) {
    const answer = await app.inject({ method, url, ...admin, ...(payload && { payload }) })
    t.match(answer, { statusCode: 503, headers: { 'retry-after': '5' } }, `${method} ${url}`)
    t.match(answer.json(), { type: '/problems/unavailable' })
  }
  t.match(await app.inject('/health/ready'), { statusCode: 503, headers: { 'retry-after': '1' } })
  t.equal((await app.inject('/health/live')).statusCode, 200)
  t.equal((await app.inject('/products')).statusCode, 200)
  t.equal((await app.inject({ url: '/orders', ...admin })).statusCode, 200)

  await pragma(app, 'query_only = OFF')
  await readyAgain(async () => (await app.inject('/health/ready')).statusCode === 200)
  t.equal((await order()).statusCode, 201)
  t.same(await auditBooks(app.db), [])
})

t.test(
  'a full disk fails a batch once, without a search for the failing order',
  { skip: onServer },
  async (t) => {
    const app = await build(t)
    const admin = await signIn(app, 'admin')
    const productId = await addProduct(app, { stock: 5_000 })
    const order = () =>
      app.inject({ method: 'POST', url: '/orders', ...admin, payload: { productId, quantity: 1 } })
    await order()
    const batches = async () => {
      const { body } = await app.inject('/metrics')
      return Number(/order_batch_seconds_count (\d+)/.exec(body)?.[1])
    }
    const many = async () => (await Promise.all(Array.from({ length: 60 }, order))).map((a) => a.statusCode)

    await pragma(app, 'max_page_count = 1') // no more pages than exist
    let statuses: number[] = []
    while (!statuses.includes(503)) statuses = await many() // writes that fit into the last page succeed
    const write = app.db.writeRaw
    let attempts = 0
    app.db.writeRaw = (work) => {
      attempts++
      return write(work)
    }
    const before = await batches()
    t.same(new Set(await many()), new Set([503]))
    t.equal(attempts, 1, 'one transaction for all sixty')
    t.equal(await batches(), before)
    t.equal((await app.inject('/health/ready')).statusCode, 503)

    await pragma(app, 'max_page_count = 1000000')
    t.same(new Set(await many()), new Set([201]))
    t.equal((await app.inject('/health/ready')).statusCode, 200, 'ready with the first change that is stored')
    t.same(await auditBooks(app.db), [])
  },
)

const noLimits = spawnSync('prlimit', ['--version']).error !== undefined && 'prlimit is not installed'

t.test(
  'writes that fail in the operating system recover without a restart',
  { skip: onServer || noLimits },
  async (t) => {
    const dir = t.testdir()
    const server = await startServer(t, dir, { ORDER_BATCH_MAX: '1' })
    const headers = await adminOf(server)
    const productId = await makeProduct(server.url, headers, 100_000)
    const order = () =>
      fetch(`${server.url}/orders`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ productId, quantity: 1 }),
      })
    const ready = async () => (await fetch(`${server.url}/health/ready`)).status
    t.equal((await order()).status, 201)
    t.equal(await ready(), 200)

    const limit = (bytes: string) =>
      execFileSync('prlimit', [`--fsize=${bytes}`, '--pid', String(server.child.pid)])
    let placed = 1
    limit('200000:unlimited') // maximum file size in bytes
    let answer = await order()
    for (; answer.status === 201; answer = await order()) placed++
    t.equal(answer.status, 503)
    t.equal(answer.headers.get('retry-after'), '5')
    t.match(await answer.json(), { type: '/problems/unavailable' })
    t.equal(await ready(), 503)
    t.equal((await fetch(`${server.url}/products`)).status, 200)
    t.match(server.output(), /the database takes no changes/)

    limit('unlimited:unlimited')
    await readyAgain(async () => (await ready()) === 200)
    t.equal((await order()).status, 201)
    t.match(server.output(), /the database takes changes again/)
    t.equal(await server.stop(), 0)
    const db = await openDb(`file:${join(dir, 'data/stockroom.db')}`)
    t.equal(await db.read.order.count(), placed + 1, 'exactly the orders answered with 201')
    t.same(await auditBooks(db), [])
    await db.close()
  },
)

t.test(
  'a database whose folder is moved away takes no orders and is not ready until it is back',
  { skip: onServer },
  async (t) => {
    const dir = t.testdir()
    const server = await startServer(t, dir)
    const headers = await adminOf(server)
    const productId = await makeProduct(server.url, headers, 100)
    const body = JSON.stringify({ productId, quantity: 1 })
    const order = async () => (await fetch(`${server.url}/orders`, { method: 'POST', headers, body })).status
    const ready = async () => (await fetch(`${server.url}/health/ready`)).status
    t.equal(await ready(), 200)
    t.equal(await order(), 201)
    renameSync(join(dir, 'data'), join(dir, 'elsewhere'))
    t.equal(await ready(), 503)
    t.equal(await order(), 503, 'an order in a file without a name would be lost with the process')
    renameSync(join(dir, 'elsewhere'), join(dir, 'data'))
    await readyAgain(async () => (await ready()) === 200)
    t.equal(await order(), 201)
  },
)

const serverErrors: [number, string][] = [
  [1114, 'The table is full'],
  [1021, 'Disk full'],
  [1047, 'WSREP has not yet prepared node for application use'],
]
for (const [errno, message] of serverErrors)
  t.test(
    `a server's error ${errno} is answered with 503 until it is resolved`,
    { skip: onFile },
    async (t) => {
      const app = await build(t)
      const database = new URL(app.config.databaseUrl).pathname.slice(1)
      const admin = await signIn(app, 'admin')
      const productId = await addProduct(app)
      const order = () =>
        app.inject({ method: 'POST', url: '/orders', ...admin, payload: { productId, quantity: 1 } })
      const commit = app.db.writeRaw
      let batches = 0
      app.db.writeRaw = (work) => {
        batches++
        return commit(work)
      }
      t.equal((await order()).statusCode, 201)

      batches = 0
      await administer(
        `CREATE TRIGGER ${database}.refuse BEFORE INSERT ON ${database}.orders FOR EACH ROW
       SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = ${errno}, MESSAGE_TEXT = '${message}'`,
      )
      for (const answer of await Promise.all(Array.from({ length: 20 }, order))) {
        t.match(answer, { statusCode: 503, headers: { 'retry-after': '5' } })
        t.match(answer.json(), { type: '/problems/unavailable' })
      }
      t.equal(batches, 1, 'one transaction for all twenty')
      t.equal((await app.inject('/health/ready')).statusCode, 503)
      t.equal((await app.inject('/products')).statusCode, 200)

      await administer(`DROP TRIGGER ${database}.refuse`)
      t.equal((await order()).statusCode, 201)
      t.equal((await app.inject('/health/ready')).statusCode, 200)
      t.same(await auditBooks(app.db), [])
    },
  )
