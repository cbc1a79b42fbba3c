import t from 'tap'
import { orderStatuses } from '../../src/contract/order.js'
import { newId } from '../../src/ids.js'
import { orderEngine } from '../helpers/order-engine.js'

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
      else await t.rejects(change, { ...invalid, extra: { from, to } }, `${from} to ${to}`)
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

t.test('a concurrent change is detected, and the order is read again', async (t) => {
  let quicker = false
  const { db, orders, place } = await orderEngine(t, {
    around: (db) => ({
      ...db,
      write: (work) =>
        db.write(async (tx, inDoubt) => {
          // Between the look and the change, as another node's commit would be.
          const findUnique: typeof tx.order.findUnique = ((
            query: Parameters<typeof tx.order.findUnique>[0],
          ) =>
            tx.order.findUnique(query).then(async (order) => {
              if (!quicker) return order
              quicker = false
              await tx.order.updateMany({ where: query.where as { id: string }, data: { status: 'shipped' } })
              return order
            })) as never
          const order = new Proxy(tx.order, {
            get: (target, key) => (key === 'findUnique' ? findUnique : Reflect.get(target, key)),
          })
          return work(
            new Proxy(tx, { get: (target, key) => (key === 'order' ? order : Reflect.get(target, key)) }),
            inDoubt,
          )
        }),
    }),
  })
  const { order } = await place(3)
  quicker = true
  await t.rejects(orders.cancel(order.id), { ...invalid, extra: { from: 'shipped', to: 'cancelled' } })
  t.equal((await db.read.order.findUniqueOrThrow({ where: { id: order.id } })).status, 'pending')
})
