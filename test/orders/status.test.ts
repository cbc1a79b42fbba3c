import t from 'tap'
import { orderStatuses } from '../../src/contract/order.js'
import { newId } from '../../src/ids.js'
import { cases } from '../helpers/effort.js'
import { anotherEngine, orderEngine, unbalanced } from '../helpers/order-engine.js'

const invalid = { code: 'invalid-transition' }
const missing = { code: 'not-found' }

t.test('an order accepts only the statuses that may follow its own', async (t) => {
  const { db, orders, place } = await orderEngine(t)
  const may = [
    'pending confirmed',
    'pending cancelled',
    'confirmed shipped',
    'confirmed cancelled',
    'shipped delivered',
  ]
  const { order } = await place()
  for (const from of orderStatuses)
    for (const to of orderStatuses) {
      await db.write((tx) => tx.order.update({ where: { id: order.id }, data: { status: from } }))
      const change = orders.changeStatus(order.id, to)
      if (may.includes(`${from} ${to}`)) t.match(await change, { id: order.id, status: to })
      else await t.rejects(change, { ...invalid, extra: { orderId: order.id, from, to } }, `${from} to ${to}`)
    }
})

t.test('a change of status and its event are written together', async (t) => {
  const { db, orders, place, userId, logged, eventLog, stock } = await orderEngine(t)
  const { order } = await place(4)
  const head = await eventLog.head()
  const confirmed = await orders.changeStatus(order.id, 'confirmed')
  t.match(confirmed, { ...order, status: 'confirmed', updatedAt: String })
  t.ok(confirmed.updatedAt >= order.updatedAt)
  t.same(await orders.get(order.id), confirmed)
  t.same(await logged(head), [{ type: 'order:updated', data: confirmed }])
  const { userId: owner } = (await db.read.event.findMany({ where: { type: 'order:updated' } }))[0] ?? {}
  t.equal(owner, userId)
  t.equal(await stock(), 96)
})

t.test('a cancelled order returns its stock once', async (t) => {
  const { db, orders, place, productId, stock, logged, eventLog } = await orderEngine(t)
  const { order } = await place(4)
  const head = await eventLog.head()
  const before = await db.read.product.findUniqueOrThrow({ where: { id: productId } })
  const cancelled = await orders.cancel(order.id)
  t.equal(cancelled.status, 'cancelled')
  t.same(await logged(head), [
    { type: 'order:updated', data: cancelled },
    { type: 'stock:changed', data: { productId, stock: 100 } },
  ])
  t.same(await orders.cancel(order.id), cancelled, 'the same answer when repeated')
  t.equal(await stock(), 100)
  t.equal((await logged(head)).length, 2)
  const after = await db.read.product.findUniqueOrThrow({ where: { id: productId } })
  t.equal(after.version, before.version + 1n)
  t.equal(after.updatedAt.toISOString(), cancelled.updatedAt)
})

t.test('an admin cancels confirmed orders, the owner only pending ones', async (t) => {
  const { db, orders, place, userId, stock } = await orderEngine(t)
  const own = { owner: userId }
  const confirmed = async () => {
    const { order } = await place()
    return orders.changeStatus(order.id, 'confirmed')
  }
  const { id } = await confirmed()
  await t.rejects(orders.cancel(id, own), { ...invalid, extra: { from: 'confirmed', to: 'cancelled' } })
  t.match(await orders.cancel(id), { status: 'cancelled' })
  t.match(await orders.cancel(id, own), { status: 'cancelled' }, 'it is cancelled already')
  const { order } = await place()
  t.match(await orders.cancel(order.id, own), { status: 'cancelled' })
  const { id: shipped } = await confirmed()
  await orders.changeStatus(shipped, 'shipped')
  await t.rejects(orders.cancel(shipped), invalid)
  t.equal(await stock(), 99)
  t.equal(await db.read.order.count({ where: { status: 'cancelled' } }), 2)
})

t.test("an unknown order, or another customer's, is not found", async (t) => {
  const { orders, place, stock } = await orderEngine(t)
  const { order } = await place()
  await t.rejects(orders.cancel(order.id, { owner: newId() }), missing)
  for (const id of [newId(), 'nonsense', '']) {
    await t.rejects(orders.cancel(id), missing)
    await t.rejects(orders.changeStatus(id, 'confirmed'), missing)
  }
  t.equal(await stock(), 99)
})

t.test('cancelling an order of a deleted product returns its stock, without a stock event', async (t) => {
  const { db, orders, place, productId, stock, logged, eventLog } = await orderEngine(t)
  const { order } = await place(4)
  await db.write((tx) => tx.product.update({ where: { id: productId }, data: { deletedAt: new Date() } }))
  const head = await eventLog.head()
  const cancelled = await orders.cancel(order.id)
  t.same(await logged(head), [{ type: 'order:updated', data: cancelled }])
  t.equal(await stock(), 100)
})

t.test('a change that was committed, but whose response was lost, is not refused', async (t) => {
  let lose = false
  const { orders, place, logged, eventLog } = await orderEngine(t, {
    around: (db) => ({
      ...db,
      async write(work) {
        const first = await db.write((tx) => work(tx, false))
        return lose ? db.write((tx) => work(tx, true)) : first
      },
    }),
  })
  const { order } = await place()
  const head = await eventLog.head()
  lose = true
  t.match(await orders.changeStatus(order.id, 'confirmed'), { status: 'confirmed' })
  t.equal((await logged(head)).length, 1, 'one event')
  lose = false
  await t.rejects(orders.changeStatus(order.id, 'confirmed'), invalid)
})

t.test('of a confirmation and a cancellation at the same time, one wins whole', async (t) => {
  const { db, orders, place, stock, logged, eventLog, productId } = await orderEngine(t)
  const { orders: others } = await anotherEngine(t)
  for (let round = 0; round < cases(20); round++) {
    const { order } = await place(3)
    const head = await eventLog.head()
    const results = await Promise.allSettled([
      orders.changeStatus(order.id, 'shipped').catch(() => orders.changeStatus(order.id, 'confirmed')),
      others.cancel(order.id, { owner: order.userId }),
    ])
    const won = results.filter(({ status }) => status === 'fulfilled')
    t.equal(won.length, 1)
    const { status } = await orders.get(order.id)
    t.equal(await stock(), status === 'cancelled' ? 100 : 97)
    const changes = await db.read.orderChange.findMany({ where: { orderId: order.id } })
    t.same(
      changes.map(({ status, delta }) => [status, delta]),
      [status === 'cancelled' ? ['cancelled', 3n] : ['confirmed', null]],
    )
    t.equal((await logged(head)).length, status === 'cancelled' ? 2 : 1)
    if (status === 'confirmed') await orders.cancel(order.id)
  }
  t.same(await unbalanced(db, productId), [])
})
