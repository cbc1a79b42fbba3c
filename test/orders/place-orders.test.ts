import t from 'tap'
import { newId } from '../../src/ids.js'
import type { Placing } from '../../src/orders/new-order.js'
import { addItem, addUser } from '../helpers/engine-db.js'
import { orderEngine } from '../helpers/order-engine.js'

/** What a batch made of an order: the order and whether it was replayed, or the code of its refusal. */
const made = (outcome: Placing | undefined) => {
  if (!outcome?.ok) return (outcome?.reason as { code?: string } | undefined)?.code
  return 'order' in outcome.value ? outcome.value : 'held'
}
const orderOf = (outcome: Placing | undefined) => {
  const value = made(outcome)
  if (typeof value !== 'object') throw new Error(`no order: ${value}`)
  return value.order
}

t.test('a batch writes its orders, their stock and their events', async (t) => {
  const { db, placeBatch, draft, productId, userId, stock, logged } = await orderEngine(t)
  const other = await addItem(db, { stock: 50, price: 1 })
  const batch = [draft({ quantity: 3 }), draft({ productId: other }), draft({ quantity: 2 })]
  const outcomes = await placeBatch(batch)
  const [first, second, third] = outcomes.map(orderOf)
  t.match(first, { id: batch[0]?.id, userId, productId, quantity: 3, unitPrice: 2.5, totalPrice: 7.5 })
  t.match(second, { id: batch[1]?.id, productId: other, quantity: 1, unitPrice: 0.01, totalPrice: 0.01 })
  t.match(first, { status: 'pending', createdAt: first?.updatedAt })
  for (const outcome of outcomes) t.match(made(outcome), { replayed: false })
  t.equal(await stock(), 95)
  t.equal(await stock(other), 49)
  const version = async (id: string) => (await db.read.product.findUniqueOrThrow({ where: { id } })).version
  t.equal((await version(productId)) - (await version(other)), 1n, 'one version per order')

  const rows = await db.read.order.findMany({ orderBy: { id: 'asc' } })
  t.match(rows, [
    { id: first?.id, quantity: 3, unitPrice: 250, totalPrice: 750, status: 'pending', userId },
    { id: second?.id, quantity: 1 },
    { id: third?.id, quantity: 2 },
  ])
  t.equal(rows[0]?.createdAt.toISOString(), first?.createdAt)
  t.same(await logged(), [
    { type: 'order:created', data: first },
    { type: 'stock:changed', data: { productId, stock: 97 } },
    { type: 'order:created', data: second },
    { type: 'stock:changed', data: { productId: other, stock: 49 } },
    { type: 'order:created', data: third },
    { type: 'stock:changed', data: { productId, stock: 95 } },
  ])
})

t.test('events of orders belong to the customer, events of stock to no user', async (t) => {
  const { db, placeBatch, draft, userId } = await orderEngine(t)
  await placeBatch([draft({ quantity: 95 })])
  const rows = await db.read.event.findMany({ orderBy: { offset: 'asc' } })
  t.same(
    rows.map((row) => [row.type, row.userId]),
    [
      ['order:created', userId],
      ['stock:changed', null],
      ['stock:low', null],
    ],
  )
})

t.test('each order in a batch is decided separately, in order', async (t) => {
  const { db, placeBatch, draft, productId, stock } = await orderEngine(t)
  const outcomes = await placeBatch([
    draft({ quantity: 60 }),
    draft({ quantity: 41 }),
    draft({ productId: newId() }),
    draft({ quantity: 40 }),
    draft({ quantity: 1 }),
  ])
  t.same(
    outcomes.map((outcome) => (outcome.ok ? 'placed' : made(outcome))),
    ['placed', 'insufficient-stock', 'not-found', 'placed', 'insufficient-stock'],
  )
  const [, short, , , none] = outcomes
  t.match(short, { reason: { extra: { productId, requested: 41, available: 40 } } })
  t.match(none, { reason: { extra: { productId, requested: 1, available: 0 } } })
  t.equal(await stock(), 0)
  t.equal(await db.read.order.count(), 2)
})

t.test('a batch in which every order is refused writes nothing', async (t) => {
  const { placeBatch, draft, stock, eventLog } = await orderEngine(t)
  t.same((await placeBatch([draft({ quantity: 101 })])).map(made), ['insufficient-stock'])
  t.equal(await stock(), 100)
  t.equal(await eventLog.head(), 0)
})

t.test('stock that falls to the threshold publishes one stock:low event', async (t) => {
  const { placeBatch, draft, productId, logged } = await orderEngine(t)
  const low = async () => (await logged()).filter(({ type }) => type === 'stock:low')
  await placeBatch([draft({ quantity: 89 })])
  t.same(await low(), [], '11 are left')
  await placeBatch([draft(), draft()])
  const expected = [{ type: 'stock:low', data: { productId, stock: 10, threshold: 10 } }]
  t.same(await low(), expected)
})

t.test('an order with an idempotency key is created once, within a batch and across batches', async (t) => {
  const { db, placeBatch, draft, stock } = await orderEngine(t)
  const keyed = (more = {}) => draft({ idempotencyKey: 'cart', quantity: 2, ...more })
  const [first, again] = await placeBatch([keyed(), keyed()])
  t.match(made(first), { replayed: false })
  t.match(made(again), { replayed: true, order: orderOf(first) })
  const [later] = await placeBatch([keyed()])
  t.same(made(later), { replayed: true, order: orderOf(first) })
  t.equal(await stock(), 98)

  const other = await addItem(db)
  const refused = await placeBatch([keyed({ quantity: 3 }), keyed({ productId: other })])
  t.same(refused.map(made), ['idempotency-key-reused', 'idempotency-key-reused'])
  const free = [draft(), keyed({ userId: await addUser(db) }), keyed({ idempotencyKey: 'cart 2' })]
  for (const outcome of await placeBatch(free)) t.match(made(outcome), { replayed: false })
})

t.test('orders of a commit whose response was lost are not created twice', async (t) => {
  const { placeBatch, draft, stock, eventLog } = await orderEngine(t)
  const batch = [draft(), draft({ idempotencyKey: 'cart' })]
  const first = await placeBatch(batch)
  const head = await eventLog.head()
  const again = await placeBatch([...batch.map((order) => ({ ...order, inDoubt: true })), draft()])
  t.same(again.slice(0, 2).map(made), first.map(made))
  t.not(orderOf(again[2]).id, orderOf(first[0]).id)
  t.equal(await stock(), 97)
  t.equal((await eventLog.read(head, 10)).length, 2, 'only the third has events')
})

t.test('when a commit is in doubt, every order of its batch is checked', async (t) => {
  const { draft, placeBatch, stock } = await orderEngine(t, {
    around: (db) => ({
      ...db,
      // The first commit is done, but its answer is lost.
      async writeRaw(work, lane) {
        await db.writeRaw((tx) => work(tx, false), lane)
        return db.writeRaw((tx) => work(tx, true), lane)
      },
    }),
  })
  const [outcome] = await placeBatch([draft({ quantity: 4 })])
  t.match(made(outcome), { replayed: false, order: { quantity: 4 } })
  t.equal(await stock(), 96)
})

t.test('orders of deleted users are refused, and others in the batch are not', async (t) => {
  const { placeBatch, draft, stock } = await orderEngine(t)
  const gone = () => draft({ userId: newId() })
  const outcomes = await placeBatch([draft({ quantity: 2 }), gone(), draft({ quantity: 3 })])
  t.match(made(outcomes[0]), { order: { quantity: 2 } })
  t.equal(made(outcomes[1]), 'unauthenticated')
  t.match(made(outcomes[2]), { order: { quantity: 3 } })
  t.same((await placeBatch([gone(), gone()])).map(made), ['unauthenticated', 'unauthenticated'])
  t.equal(await stock(), 95)
})

t.test('another missing row fails the batch', async (t) => {
  const { draft, placeBatch, stock } = await orderEngine(t, {
    around: (db) => {
      const lockProducts: typeof db.dialect.lockProducts = async (_tx, ids) =>
        ids.map((id) => ({ id, name: 'Lamp', price: 1, stock: 5, lowStockThreshold: null, updatedAt: 0 }))
      return { ...db, dialect: { ...db.dialect, lockProducts } }
    },
  })
  await t.rejects(placeBatch([draft({ productId: newId() })]), /foreign key/i)
  t.equal(await stock(), 100)
})
