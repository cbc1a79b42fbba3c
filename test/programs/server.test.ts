import { once } from 'node:events'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import t from 'tap'
import { loadMigrations } from '../../src/db/migrations.js'
import { openDb } from '../../src/db/open.js'
import { auditBooks } from '../helpers/books.js'
import { databaseOf, onServer } from '../helpers/database.js'
import { cases } from '../helpers/effort.js'
import { adminOf, makeProduct, noRateLimits, spawnServer, startServer } from '../helpers/process.js'

const noSignals = process.platform === 'win32' && 'Windows has no SIGTERM'

t.test('the first start creates every file with private permissions, and says how to sign in', async (t) => {
  const dir = t.testdir()
  const first = await startServer(t, dir)
  t.match(first.output(), /dashboard +http:\S+\/admin\n +API +http:\S+\/docs\n/)
  t.match(first.output(), /use http:\/\/localhost:\d+ throughout/)
  t.match(first.output(), /email +admin@example\.com/)
  const headers = await adminOf(first)
  t.ok(await makeProduct(first.url, headers, 5))
  t.equal(statSync(join(dir, 'data')).mode & 0o777, 0o700)
  for (const file of onServer ? ['jwt-secret'] : ['stockroom.db', 'stockroom.db-wal', 'jwt-secret'])
    t.equal(statSync(join(dir, 'data', file)).mode & 0o777, 0o600, file)
  t.equal(await first.stop(), 0)

  const second = await startServer(t, dir)
  t.notMatch(second.output(), /password/, 'the password is shown once')
  const mine = await fetch(`${second.url}/auth/me`, { headers })
  t.equal(mine.status, 200, 'a token survives a restart')
  t.equal(await second.stop('SIGINT'), 0)
})

t.test('production creates no admin, says so, and warns of unsafe settings', async (t) => {
  const server = await startServer(t, t.testdir(), {
    NODE_ENV: 'production',
    JWT_SECRET: 'Q0vN7xkzJm2RtYc5LpWsHd9eGfUa4BiK',
    BCRYPT_COST: '10',
    TRUST_PROXY: 'true',
    RATE_LIMITS_MAX: '5',
  })
  t.match(server.output(), /no admin yet: set ADMIN_EMAIL and ADMIN_PASSWORD/)
  t.match(server.output(), /"msg":"TRUST_PROXY=true lets/)
  t.match(server.output(), /"msg":"RATE_LIMITS_MAX is not a setting.*RATE_LIMIT_MAX\?"/)
  t.equal(await server.stop(), 0)
})

t.test('two processes that start at once without a database both serve, and migrate once', async (t) => {
  const dir = t.testdir()
  const both = await Promise.all([startServer(t, dir), startServer(t, dir)])
  for (const { url } of both) t.equal((await fetch(`${url}/health/ready`)).status, 200)
  const db = await openDb(await databaseOf(t, dir, 'data/stockroom.db'))
  t.teardown(() => db.close())
  const applied = db.read.$queryRawUnsafe(
    'SELECT migration_name AS name FROM _prisma_migrations ORDER BY migration_name',
  )
  t.same(
    await applied,
    (await loadMigrations(db.dialect.name)).map(({ name }) => ({ name })),
  )
  t.equal(await db.read.user.count({ where: { role: 'admin' } }), 1)
  const shown = both.filter(({ output }) => output().includes('admin@example.com'))
  t.equal(shown.length, 1, 'one of them created the admin')
  t.same(await Promise.all(both.map((server) => server.stop())), [0, 0])
})

t.test('whatever prevents a start is reported in a line, with exit code 1', { skip: onServer }, async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { port } = taken.address() as { port: number }
  const dir = t.testdir({ file: 'in the way' })
  mkdirSync(join(dir, 'newer'))
  const newer = join(dir, 'newer/x.db')
  await (await startServer(t, dir, { DATABASE_URL: `file:${newer}` })).stop()
  const db = new Database(newer)
  db.exec(`INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
           VALUES ('x', 'x', '29990101000000_later', 1, 1)`)
  db.close()
  writeFileSync(join(dir, 'not-a-database'), 'x'.repeat(5000))

  const cases: [Record<string, string>, RegExp][] = [
    [
      { PORT: String(port) },
      /^\n +The first admin.*\n +email +admin@example\.com\n +password +\S+\n\nPort \d+ on 127\.0\.0\.1 is taken: set PORT to another\.\n$/,
    ],
    [{ PORT: 'x', BCRYPT_COST: '99', JWT_SECRET: 'short' }, /PORT.*\n.*JWT_SECRET.*\n.*BCRYPT_COST/],
    [{ NODE_ENV: 'production' }, /JWT_SECRET must be set in production.*\n.*BCRYPT_COST must be at least 10/],
    [{ TRUST_PROXY: 'abc' }, /TRUST_PROXY must be/],
    [{ JWT_SECRET_FILE: './none' }, /JWT_SECRET_FILE names \.\/none, which cannot be used: ENOENT/],
    [
      { DATABASE_URL: 'file:./file/x.db' },
      /^The database file:\.\/file\/x\.db cannot be opened: E[A-Z]+: .* Run "stockroom doctor" for the cure\.\n$/,
    ],
    [
      { DATABASE_URL: 'file:./not-a-database' },
      /^The database .* cannot be opened: file is not a database\. Run "stockroom doctor" for the cure\.\n$/,
    ],
    [{ DATABASE_URL: `file:${newer}` }, /^The database .*newer than this program.*29990101000000_later\.\n$/],
    [{ HOST: '203.0.113.1' }, /\nThis machine has no address 203\.0\.113\.1: set HOST\.\n$/],
  ]
  await Promise.all(
    cases.map(async ([env, message], i) => {
      const cwd = join(dir, `case-${i}`)
      mkdirSync(cwd)
      const { ended, output } = spawnServer(t, i === 5 || i === 6 ? dir : cwd, env)
      t.equal(await ended, 1, JSON.stringify(env))
      t.match(output(), message)
    }),
  )
})

t.test(
  'a signal lets pending requests finish, and cuts off a client that never finishes its own',
  async (t) => {
    const server = await startServer(t, t.testdir(), noRateLimits)
    const headers = await adminOf(server)
    const productId = await makeProduct(server.url, headers, 1000)
    const { hostname, port } = new URL(server.url)
    const stalled = connect(Number(port), hostname)
    stalled.on('error', () => {})
    stalled.write(
      `POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\nContent-Type: application/json\r\n\r\n{`,
    )
    const body = JSON.stringify({ productId, quantity: 1 })
    const statuses: number[] = []
    const buyers = Array.from({ length: 20 }, async () => {
      for (;;) {
        const answer = await fetch(`${server.url}/orders`, { method: 'POST', headers, body }).catch(
          () => undefined,
        )
        if (!answer) return
        statuses.push(answer.status)
      }
    })
    while (statuses.length < 100) await sleep(5)
    const code = await server.stop('SIGTERM')
    t.equal(code, 0, 'no client had to be waited for until the timeout')
    await Promise.all(buyers)
    t.same(new Set(statuses), new Set([201]))
    const db = await openDb(await databaseOf(t, t.testdirName, 'data/stockroom.db'))
    t.teardown(() => db.close())
    t.equal(await db.read.order.count(), statuses.length, 'every order was answered with an order')
  },
)

for (const workers of [1, 2])
  t.test(`a second SIGTERM cuts nothing short, with WORKERS=${workers}`, { skip: noSignals }, async (t) => {
    const server = await startServer(t, t.testdir(), { WORKERS: String(workers), SHUTDOWN_DELAY: '1' })
    const stream = await fetch(`${server.url}/events/stream?view=inventory`)
    const told = stream.text()
    const code = server.stop('SIGTERM')
    for (let i = 0; i < 5; i++) {
      await sleep(50)
      server.child.kill('SIGTERM')
    }
    t.equal(await code, 0)
    t.match(await told, /event: server:closing/)
  })

t.test('repeated kill -9 under load loses no acknowledged order, and duplicates none', async (t) => {
  const dir = t.testdir()
  let headers: Record<string, string> = {}
  let productId = ''
  const acknowledged = new Map<string, string>()
  let unsure: string[] = []
  let keys = 0
  for (let round = 0; round < cases(4); round++) {
    const server = await startServer(t, dir, noRateLimits)
    if (round === 0) {
      headers = await adminOf(server)
      productId = await makeProduct(server.url, headers, 1_000_000)
    }
    const body = JSON.stringify({ productId, quantity: 1 })
    /** Places an order with `key` and records the response, or its absence. */
    const order = async (key: string) => {
      const request = { method: 'POST', headers: { ...headers, 'idempotency-key': key }, body }
      try {
        const answer = await fetch(`${server.url}/orders`, request)
        const { id } = (await answer.json()) as { id: string }
        if (answer.status !== 201) throw new Error(`answered ${answer.status}`)
        acknowledged.set(key, id)
        return true
      } catch {
        unsure.push(key)
        return false
      }
    }
    const retries = unsure
    unsure = []
    await Promise.all(retries.map(order)) // retries unanswered orders with their keys
    const buyers = Array.from({ length: 16 }, async () => {
      while (await order(`key-${keys++}`));
    })
    const enough = acknowledged.size + 50 + Math.random() * 150
    while (acknowledged.size < enough) await sleep(1)
    t.equal(await server.stop('SIGKILL'), null)
    await Promise.all(buyers)
  }
  const db = await openDb(await databaseOf(t, dir, 'data/stockroom.db'))
  t.teardown(() => db.close())
  const rows = await db.read.order.findMany({ select: { id: true, idempotencyKey: true } })
  const byKey = new Map(rows.map(({ id, idempotencyKey }) => [idempotencyKey, id]))
  t.equal(byKey.size, rows.length, 'no key has two orders')
  const lost = [...acknowledged].filter(([key, id]) => byKey.get(key) !== id)
  t.same(lost, [], `all ${acknowledged.size} acknowledged orders are there`)
  t.same(await auditBooks(db), [])
})
