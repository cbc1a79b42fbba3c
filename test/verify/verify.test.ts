import t, { type Test } from 'tap'
import { openDb } from '../../src/db/open.js'
import { stockroom } from '../helpers/command.js'
import { databaseOf, onServer } from '../helpers/database.js'
import { adminOf, makeProduct, noRateLimits, startServer } from '../helpers/process.js'

/** Starts a shop with a product, and orders of it. */
async function setup(t: Test) {
  const dir = t.testdir()
  const url = await databaseOf(t, dir, 'data/stockroom.db')
  const server = await startServer(t, dir, noRateLimits)
  const headers = await adminOf(server)
  const productId = await makeProduct(server.url, headers, 10_000)
  const order = () =>
    fetch(`${server.url}/orders`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ productId, quantity: 1 }),
    })
  for (let made = 0; made < 20; made++) await order()
  const verify = () => stockroom(t, ['verify'], { env: { DATABASE_URL: url } })
  return { url, server, order, verify, productId }
}

t.test('a sound shop is verified while orders are placed', async (t) => {
  const { verify, order } = await setup(t)
  let busy = true
  const ordering = (async () => {
    while (busy) await order()
  })()
  for (let turn = 0; turn < 2; turn++) {
    const { code, output, errors } = await verify()
    t.match({ code, errors }, { code: 0, errors: '' })
    t.equal(output.match(/^ok {6}/gm)?.length, 7, output)
  }
  busy = false
  await ordering
})

/** Faults, each with a statement that causes it and the expected report. */
const FAULTS: Record<string, { statement: string; told: RegExp; only?: 'sqlite' | 'mysql' }> = {
  'stock that no order took': {
    statement: 'UPDATE products SET stock = stock - 1',
    told: /the stock of 1 products does not fit[\s\S]*the ledgers of 1 products do not end at their stock/,
  },
  'an order that is lost': {
    statement: 'DELETE FROM orders WHERE id = (SELECT id FROM (SELECT MIN(id) AS id FROM orders) AS first)',
    told: /rows of the ledger do not follow[\s\S]*19 orders, but the log has 20/,
  },
  'a gap in the log': {
    statement: 'DELETE FROM events WHERE `offset` = 5',
    told: /the log has a gap/,
  },
  'a counter behind the log': {
    statement: 'UPDATE event_counter SET last_offset = last_offset - 1',
    told: /the counter is not at the end of the log/,
  },
  'a name that is not found': {
    statement: 'DELETE FROM product_terms',
    told: /1 products are not found by their names/,
  },
  'a missing index, SQLite': {
    statement: 'DROP INDEX orders_status_id_idx',
    told: /the indexes orders_status_id_idx are missing/,
    only: 'sqlite',
  },
  'a missing index, MySQL': {
    statement: 'DROP INDEX orders_status_id_idx ON orders',
    told: /the indexes orders_status_id_idx are missing/,
    only: 'mysql',
  },
  'a list of orders with a hole': {
    statement: 'DELETE FROM orders_by_total WHERE id = (SELECT MIN(id) FROM orders_by_total)',
    told: /orders_by_total lists \d+ orders of \d+, and lacks 1/,
    only: 'sqlite',
  },
}

for (const [name, { statement, told, only }] of Object.entries(FAULTS))
  t.test(
    `found: ${name}`,
    { skip: only !== undefined && only !== (onServer ? 'mysql' : 'sqlite') },
    async (t) => {
      const { url, server, verify } = await setup(t)
      // Until SQLite's lists have the orders.
      if (only === 'sqlite') await listed(url)
      await server.stop()
      const db = await openDb(url)
      await db.write((tx) => tx.$executeRawUnsafe(statement))
      await db.close()
      t.match(await verify(), { code: 1, output: told, errors: /The data does not agree/ })
    },
  )

/** Resolves once orders are in the lists. */
async function listed(url: string): Promise<void> {
  const db = await openDb(url)
  const count = async () =>
    (await db.read.$queryRawUnsafe<{ n: bigint }[]>('SELECT COUNT(*) AS n FROM orders_by_total'))[0]?.n
  while (Number(await count()) === 0) await new Promise((resolve) => setTimeout(resolve, 50))
  await db.close()
}

t.test(
  'a database without a shop, or with pending migrations, is told apart from a faulty one',
  async (t) => {
    const dir = t.testdir()
    const env = { DATABASE_URL: await databaseOf(t, dir, 'shop.db') }
    t.match(await stockroom(t, ['verify'], { env }), { code: 1, errors: /The shop was not verified: / })
    await stockroom(t, ['migrate'], { env })
    const db = await openDb(env.DATABASE_URL)
    await db.write((tx) =>
      tx.$executeRawUnsafe(
        'DELETE FROM _prisma_migrations WHERE migration_name = (SELECT name FROM (SELECT MAX(migration_name) AS name FROM _prisma_migrations) AS latest)',
      ),
    )
    await db.close()
    t.match(await stockroom(t, ['verify'], { env }), {
      code: 1,
      errors: /migrations are pending .* stockroom migrate/,
    })
  },
)
