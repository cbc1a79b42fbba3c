import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { openDb } from '../../src/db/open.js'
import { currentTime, observeTime } from '../../src/ids.js'
import { auditBooks } from '../helpers/books.js'
import { databaseOf } from '../helpers/database.js'
import { cases } from '../helpers/effort.js'
import { unbalanced } from '../helpers/order-engine.js'
import { orderRow } from '../helpers/order-row.js'
import { adminOf, makeProduct, startServer } from '../helpers/process.js'

const ORDERS = 2_000
const SETTINGS = { ADMIN_EMAIL: 'admin@shop.test', ADMIN_PASSWORD: 'correct horse battery' }

t.test('a server that is killed while orders expire returns the stock of each once', async (t) => {
  const cwd = t.testdir()
  const env = { ...SETTINGS, DATABASE_URL: await databaseOf(t, cwd, 'stockroom.db') }
  let server = await startServer(t, cwd, env)
  const admin = await adminOf(server, SETTINGS)
  const productIds = [
    await makeProduct(server.url, admin, 100_000),
    await makeProduct(server.url, admin, 100_000),
  ]
  const db = await openDb(env.DATABASE_URL)
  t.teardown(() => db.close())
  const userId = String((await db.read.user.findFirst())?.id)
  const left = () => db.read.order.count({ where: { expiresAt: { not: null } } })
  let kills = 0
  for (let round = 0; round < cases(3); round++) {
    await db.write(async (tx) => {
      const stocks = new Map<string, number>()
      for (const { id, stock, updatedAt } of await db.dialect.lockProducts(tx, productIds, true)) {
        stocks.set(id, stock)
        observeTime(updatedAt)
      }
      const expiresAt = Date.now() - 1
      const rows = Array.from({ length: ORDERS }, (_, i) => {
        const productId = productIds[i % 2] ?? ''
        const stockAfter = Number(stocks.get(productId)) - 3
        stocks.set(productId, stockAfter)
        const terms = { quantity: 3, totalPrice: 300, expiresAt, stockAfter }
        return orderRow({ userId, productId, ...terms })
      })
      // After the ids, as the server has it: its later ids are greater than both, whatever the clock does meanwhile.
      const at = currentTime()
      await db.dialect.insertOrders(tx, rows, at)
      const quantity = (3 * ORDERS) / 2
      const takes = productIds.map((id) => ({ id, quantity, orders: ORDERS / 2 }))
      await db.dialect.takeStock(tx, takes, at)
      const events = rows.map((row) => ({
        type: 'order:created',
        userId,
        data: JSON.stringify({ id: row.id }),
        actorType: 'user',
        actorId: userId,
        requestId: null,
      }))
      await db.dialect.appendEvents(tx, events, at)
    })
    // In the middle: some have returned their stock, and others have not.
    for (;;) {
      const rest = await left()
      if (rest < ORDERS) {
        if (rest > 0) kills++
        break
      }
      await sleep(1)
    }
    await server.stop('SIGKILL')
    server = await startServer(t, cwd, env)
    while ((await left()) > 0) await sleep(20)
    for (const id of productIds) t.same(await unbalanced(db, id, 100_000), [])
    const books = await auditBooks(db)
    t.same(books, [])
    const cancelled = await db.read.orderChange.groupBy({ by: ['orderId'], _count: true })
    t.equal(cancelled.length, ORDERS * (round + 1))
    t.ok(cancelled.every(({ _count }) => _count === 1))
  }
  t.ok(kills > 0, `${kills} kills were in the middle`)
  t.equal(await server.stop(), 0)
})
