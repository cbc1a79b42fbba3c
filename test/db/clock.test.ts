import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { buildApp } from '../../src/app.js'
import { databaseFile } from '../../src/db/sqlite/file.js'
import { currentTime, newId, observeId } from '../../src/ids.js'
import { SYSTEM } from '../../src/stream/origin.js'
import { build, signIn, testConfig } from '../helpers/app.js'
import { addProduct } from '../helpers/books.js'
import { onServer } from '../helpers/database.js'

const HOUR_MS = 3_600_000
const realNow = Date.now

/** Shifts the clock of this process by `offset` milliseconds until the test ends. */
function setClock(t: Test, offset: number) {
  Date.now = () => realNow() + offset
  t.teardown(() => {
    Date.now = realNow
  })
}

const idAt = (time: number) => {
  const hex = time.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7fff-bfff-ffffffffffff`
}
const timeOf = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)

t.test('an id from a day ahead, or without a valid time, does not affect later ids', async (t) => {
  for (const id of [idAt(realNow() + 25 * HOUR_MS), 'ffffffff-ffff-7fff-bfff-ffffffffffff', 'ffffffff', ''])
    observeId(id)
  observeId('ffffffff-ffff-4fff-bfff-ffffffffffff')
  t.ok(timeOf(newId()) <= Date.now())
  t.equal(currentTime() <= Date.now(), true)
})

t.test('orders stay newest first, by id and by time, when the clock is set back', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app)
  const payload = { productId: await addProduct(app), quantity: 1 }
  const order = async () => (await app.inject({ method: 'POST', url: '/orders', headers, payload })).json()
  const before = [await order(), await order()]
  setClock(t, -400 * 24 * HOUR_MS)
  const after = [await order(), await order(), await order()]
  const placed = [...before, ...after].map(({ id }) => id)
  const { items } = (await app.inject({ url: '/orders', headers })).json()
  t.same(
    items.map(({ id }: { id: string }) => id),
    placed.toReversed(),
  )
  const times = items.map(({ createdAt }: { createdAt: string }) => createdAt)
  t.same(times, times.toSorted().toReversed())
  for (const { id } of after) t.match(id, /^.{14}7.{4}[89ab]/, 'a UUIDv7')
  t.equal(new Set(placed).size, 5)
  // An order is never updated before its creation time.
  const cancelled = await app.inject({ method: 'POST', url: `/orders/${placed[4]}/cancel`, headers })
  t.ok(cancelled.json().updatedAt >= cancelled.json().createdAt)
})

t.test('new ids are above the highest in the database, and above those of other processes', async (t) => {
  const config = await testConfig(t, t.testdir())
  const first = buildApp(config)
  await first.ready()
  const { id: userId } = await signIn(first)
  const productId = await addProduct(first)
  const ahead = idAt(realNow() + HOUR_MS)
  const at = new Date()
  const row = { userId, productId, quantity: 1, unitPrice: 1, totalPrice: 1, createdAt: at, updatedAt: at }
  await first.db.write((tx) =>
    tx.order.createMany({
      data: [
        { ...row, id: ahead },
        { ...row, id: 'ffffffff-ffff-7fff-bfff-ffffffffffff' },
      ],
    }),
  )
  t.ok(newId() < ahead)
  await first.close()
  const second = buildApp(config)
  t.teardown(() => second.close())
  await second.ready()
  t.ok(newId() > ahead)

  const further = idAt(realNow() + 2 * HOUR_MS)
  await second.db.write((tx) =>
    second.eventLog.append(
      tx,
      [{ type: 'order:created', userId, data: { id: further } as never, origin: SYSTEM }],
      Date.now(),
    ),
  )
  while (newId() < further) await new Promise((resolve) => setTimeout(resolve, 10))
  t.ok(currentTime() > realNow() + HOUR_MS)
})

t.test(
  'an order that waits for a locked database times out even if the clock is set back',
  { skip: onServer },
  async (t) => {
    const app = await build(t)
    const { headers } = await signIn(app)
    const payload = { productId: await addProduct(app), quantity: 1 }
    const other = new Database(databaseFile(app.config.databaseUrl))
    t.teardown(() => other.close())
    other.exec('BEGIN IMMEDIATE')
    const answer = app.inject({ method: 'POST', url: '/orders', headers, payload })
    await new Promise((resolve) => setTimeout(resolve, 300))
    setClock(t, -HOUR_MS)
    t.match(await answer, { statusCode: 503, headers: { 'retry-after': '1' } })
  },
)
