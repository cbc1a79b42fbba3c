import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { createCatalog } from '../../src/catalog/catalog.js'
import { openDb } from '../../src/db/open.js'
import { createEventLog } from '../../src/stream/log.js'
import { auditBooks } from '../helpers/books.js'
import { databaseOf } from '../helpers/database.js'

const run = promisify(execFile)

t.test('the seed fills a new database, adds more when repeated, and keeps the books balanced', async (t) => {
  const url = await databaseOf(t, t.testdir(), 'data/demo.db')
  const env = { ...process.env, DATABASE_URL: url, BCRYPT_COST: '4' }
  const seed = (...args: string[]) =>
    run(process.execPath, ['--import', 'tsx', 'src/stockroom.ts', 'seed', ...args], { env })
  const first = await seed()
  t.match(first.stdout, /admin@example\.com/)
  t.match(first.stdout, /200 products in/)
  const second = await seed('--products', '2500')
  t.match(second.stdout, /Adding to the 200 products that exist/)
  t.notMatch(second.stdout, /admin@example\.com/)
  const third = await seed('--orders', '1200')
  t.match(third.stdout, /customer@example\.com/)
  t.match(third.stdout, /1200 orders in/)
  await t.rejects(seed('--products', '0'), { code: 2, stderr: /from 1 to 1000000/ })

  const db = await openDb(url)
  t.teardown(() => db.close())
  const eventLog = createEventLog(db)
  const catalog = createCatalog({ db, eventLog, lowStockThreshold: 10 })
  const { items, total } = (await catalog.list({ sort: 'name', limit: 50, page: 1, q: 'lamp' })).list
  t.equal(items.length, 50)
  t.ok(items.every((item) => item.name.includes('lamp') && item.price > 0))
  t.equal((await catalog.list({ sort: 'name', limit: 1, page: 1 })).list.total, 2700)
  const named = await db.read.product.count({ where: { name: { contains: 'lamp' } } })
  t.equal(total, named, 'the search finds all of them')

  t.same(await auditBooks(db), [])
  const { id: customer } = await db.read.user.findUniqueOrThrow({ where: { email: 'customer@example.com' } })
  t.equal(await db.read.order.count({ where: { userId: customer } }), 1200)
  const events = (await eventLog.read(0, 3_000)).filter(({ type }) => type === 'product:created')
  t.equal(events.length, 2700)
  const told = events.find((event) => 'id' in event.data && event.data.id === items[0]?.id)
  t.match(told?.data, { ...items[0], stock: Number, updatedAt: String }, 'the log has an event for each')
})

t.test('the seed reports how many orders the stock was sufficient for', async (t) => {
  const env = { ...process.env, DATABASE_URL: await databaseOf(t, t.testdir(), 'demo.db'), BCRYPT_COST: '4' }
  const args = ['--import', 'tsx', 'src/stockroom.ts', 'seed', '--products', '1', '--orders', '500']
  const seeding = run(process.execPath, args, { env })
  await t.rejects(seeding, { code: 1, stderr: /the stock is enough for \d+ orders only/ })
})
