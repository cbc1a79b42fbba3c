import { promisify } from 'node:util'
import t from 'tap'
import { newId } from '../../src/ids.js'
import { createMoney } from '../../src/money.js'
import { viewOrder } from '../../src/orders/order.js'
import { addUser } from '../helpers/engine-db.js'
import { orderEngine } from '../helpers/order-engine.js'

const missing = { code: 'not-found' }
const overloaded = { code: 'overloaded', statusCode: 503, retryAfter: 1 }

t.test('a placed order is found by its owner and by admins, and by nobody else', async (t) => {
  const { orders, place, userId } = await orderEngine(t)
  const { order, replayed } = await place(3)
  t.equal(replayed, false)
  t.same(await orders.get(order.id), order)
  t.same(await orders.get(order.id, userId), order)
  await t.rejects(orders.get(order.id, newId()), missing)
  await t.rejects(orders.get(newId()), missing)
  await t.rejects(orders.get('nonsense'), missing)
})

t.test('a malformed product id is not looked up', async (t) => {
  const { place, orders } = await orderEngine(t)
  const placing = place(1, { productId: 'nonsense' })
  t.equal(orders.waiting(), 0)
  await t.rejects(placing, missing)
})

t.test('an order has its public fields, amounts in the currency and times in UTC', async (t) => {
  const at = new Date(Date.UTC(2024, 0, 2, 3, 4, 5, 6))
  const ids = { id: 'i', checkoutId: 'c', userId: 'u', productId: 'p' }
  const words = { note: 'ring', metadata: '{"gift":true}' }
  const row = { ...ids, productName: 'Lamp', quantity: 2, unitPrice: 1999, totalPrice: 3998n, ...words }
  const times = { expiresAt: new Date(60_000), createdAt: at, updatedAt: new Date(0) }
  const view = viewOrder({ ...row, ...times, status: 'shipped' }, createMoney('USD'))
  t.same(view, {
    id: 'i',
    checkoutId: 'c',
    userId: 'u',
    productId: 'p',
    productName: 'Lamp',
    quantity: 2,
    unitPrice: 19.99,
    totalPrice: 39.98,
    status: 'shipped',
    note: 'ring',
    metadata: { gift: true },
    expiresAt: '1970-01-01T00:01:00.000Z',
    createdAt: '2024-01-02T03:04:05.006Z',
    updatedAt: '1970-01-01T00:00:00.000Z',
  })
})

t.test('a list has the newest orders first, in pages without gaps or overlaps', async (t) => {
  const { db, orders, place, userId } = await orderEngine(t)
  const ids: string[] = []
  for (let i = 0; i < 5; i++) ids.unshift((await place()).order.id)
  const grace = await addUser(db)
  const { order: hers } = await place(1, { userId: grace })
  await orders.cancel(ids[1] ?? '')

  const idsOf = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id)
  const first = await orders.list({ userId, limit: 2 })
  t.same(idsOf(first), ids.slice(0, 2))
  const second = await orders.list({ userId, limit: 2, cursor: String(first.nextCursor) })
  t.same(idsOf(second), ids.slice(2, 4))
  const third = await orders.list({ userId, limit: 2, cursor: String(second.nextCursor) })
  t.same(idsOf(third), ids.slice(4))
  t.equal(third.nextCursor, null)
  t.equal((await orders.list({ userId, limit: 5 })).nextCursor, null, 'all of them on one page')
  t.same(idsOf(await orders.list({ limit: 1 })), [hers.id], 'those of all users')
  t.same(await orders.list({ userId: newId(), limit: 2 }), { items: [], nextCursor: null })
  t.same(await orders.list({ userId: 'nonsense', limit: 2 }), { items: [], nextCursor: null })
  t.same(idsOf(await orders.list({ userId, statuses: ['cancelled'], limit: 5 })), [ids[1]])
  t.same(idsOf(await orders.list({ userId, statuses: ['pending'], limit: 1 })), [ids[0]])
  for (const cursor of ['', 'nonsense', Buffer.from('nonsense').toString('base64url')])
    await t.rejects(orders.list({ limit: 2, cursor }), {
      code: 'invalid-request',
      extra: { errors: [{ path: 'cursor' }] },
    })
})

t.test('a full queue refuses orders, in turn, and counts each refusal', async (t) => {
  let refused = 0
  const { place, orders, stock } = await orderEngine(t, {
    maxQueue: 2,
    maxBatch: 1,
    onRefused: () => {
      refused++
    },
  })
  const askForRoom = promisify(orders.refuseIfFull)
  await askForRoom()
  const placed = [place(), place()]
  t.equal(orders.waiting(), 2)
  const late = t.rejects(place(), { ...overloaded, counted: true })
  await t.rejects(askForRoom(), overloaded)
  await late
  t.equal(refused, 2)
  await Promise.all(placed)
  t.equal(orders.waiting(), 0)
  await askForRoom()
  t.equal(refused, 2)
  t.equal(await stock(), 98)
})

t.test('an unexpected error is thrown to the caller that placed the order', async (t) => {
  const { place } = await orderEngine(t, {
    around: (db) => ({
      ...db,
      writeRaw: async () => {
        throw new Error('the disk is on fire')
      },
    }),
  })
  await t.rejects(place(), { message: 'the disk is on fire' })
})

t.test('after closing, orders are refused, and waiting refusals are released', async (t) => {
  const { place, orders } = await orderEngine(t, { maxQueue: 1, maxBatch: 1 })
  const placed = place()
  const late = t.rejects(place(), overloaded)
  await orders.close()
  await placed
  await late
  await t.rejects(place(), { ...overloaded, cause: { name: 'QueueClosed' } })
})
