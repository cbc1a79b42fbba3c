import t, { type Test } from 'tap'
import type { Db } from '../../src/db/db.js'
import type { OrderLimits } from '../../src/orders/order-limits.js'
import { addItem, addUser } from '../helpers/engine-db.js'
import { orderEngine } from '../helpers/order-engine.js'

class RowHeld extends Error {}

/**
 * The engine on a database where another transaction holds rows, as on a server: those in `held` are skipped, or waited for
 * until `release`, or until a timeout.
 */
async function shop(t: Test, limits?: OrderLimits) {
  const held = new Set<string>()
  const batches: string[] = []
  const sizes: number[] = []
  let released = Promise.resolve()
  let release = () => {}
  let inVain = false
  const pass = async (ids: string[], wait: boolean) => {
    const mine = ids.filter((id) => held.has(id))
    if (!wait || mine.length === 0) return ids.filter((id) => !held.has(id))
    throw new RowHeld('lock wait timeout')
  }
  const around = (db: Db): Db => ({
    ...db,
    async writeRaw(work, lane) {
      batches.push(lane ?? 'main')
      // SQLite has one transaction at a time: a batch that waits for a row must not begin one.
      if (lane === 'waiting' && !inVain) await released
      return db.writeRaw(work, lane)
    },
    dialect: {
      ...db.dialect,
      isRowHeld: (error) => error instanceof RowHeld,
      findRows: async (_tx, _table, ids) => ids.filter((id) => held.has(id)),
      lockProducts: async (tx, ids, wait) => db.dialect.lockProducts(tx, await pass(ids, wait), wait),
      lockUsers: async (tx, ids, wait) => db.dialect.lockUsers(tx, await pass(ids, wait), wait),
    },
  })
  const engine = await orderEngine(t, { around, ...(limits && { limits }), onBatch: (n) => sizes.push(n) })
  return {
    ...engine,
    batches,
    sizes,
    /** Has another transaction hold the row until `release`. */
    hold(id: string, forEver = false) {
      held.add(id)
      inVain = forEver
      released = new Promise((resolve) => {
        release = () => {
          held.clear()
          resolve()
        }
      })
    },
    release: () => release(),
  }
}

const turns = async (count = 20) => {
  for (let i = 0; i < count; i++) await new Promise(setImmediate)
}

t.test('the size of a batch in the main lane is reported', async (t) => {
  const { place, batches, sizes } = await shop(t)
  await Promise.all([place(), place(), place()])
  t.same(batches, ['main'])
  t.same(sizes, [3])
})

t.test('a locked row delays its own orders only, and they are placed once it is released', async (t) => {
  const { db, place, hold, release, batches, productId, orders, stock } = await shop(t)
  const other = await addItem(db)
  hold(productId)
  let placed = 0
  const waiting = Promise.all([place(), place(2)].map((order) => order.then(() => placed++)))
  await place(1, { productId: other })
  await turns()
  t.equal(placed, 0)
  await place(1, { productId: other })
  const third = place(3)
  t.same(batches.filter((lane) => lane === 'main').length >= 2, true)
  release()
  await waiting
  await third
  t.equal(await stock(), 94)
  t.equal(await stock(other), 98)
  t.ok(batches.includes('waiting'))
  t.equal(orders.waiting(), 0)
  batches.length = 0
  await place()
  t.same(batches, ['main'], 'orders of a released row use the main lane again')
})

t.test('orders of a product are placed in order of arrival while its row is locked', async (t) => {
  const { place, hold, release, productId, stock } = await shop(t)
  hold(productId)
  const first = place(60)
  await turns()
  const second = t.rejects(place(60), { code: 'insufficient-stock', extra: { available: 40 } })
  await turns()
  release()
  await first
  await second
  t.equal(await stock(), 40)
})

t.test('a released product does not wait for another locked one', async (t) => {
  const { db, place, hold, release, productId, stock } = await shop(t)
  const other = await addItem(db)
  hold(productId)
  hold(other)
  const both = [place(), place(1, { productId: other })]
  await turns()
  release()
  await Promise.all(both)
  t.equal(await stock(), 99)
  t.equal(await stock(other), 99)
})

t.test('with order limits, a locked user delays their own orders only', async (t) => {
  const { db, place, hold, release, userId } = await shop(t, { maxOpenOrders: 5, maxHeldUnits: 0 })
  const grace = await addUser(db)
  hold(userId)
  let placed = false
  const mine = place().then(() => {
    placed = true
  })
  await place(1, { userId: grace })
  await turns()
  t.equal(placed, false)
  const again = place()
  release()
  await mine
  await again
  t.equal(await db.read.order.count({ where: { userId } }), 2)
})

t.test('a row that stays locked is retried, and fails after some seconds', async (t) => {
  const { place, hold, batches, productId, stock } = await shop(t)
  let now = 0
  t.intercept(performance, 'now', { value: () => now })
  hold(productId, true)
  const failing = t.rejects(place(), {
    name: 'DatabaseBusy',
    cause: { name: 'RowLockTimeout', message: new RegExp(productId) },
  })
  while (batches.filter((lane) => lane === 'waiting').length < 3) await turns(1)
  now = 5_001
  await failing
  t.equal(await stock(), 100)
})
