import t from 'tap'
import { addItem, addUser } from '../helpers/engine-db.js'
import { orderEngine } from '../helpers/order-engine.js'
import { checkoutOf, made } from '../helpers/placings.js'

t.test('limits count all orders and units of a checkout', async (t) => {
  const limits = { maxOpenOrders: 3, maxHeldUnits: 10 }
  const { db, placeMixed, basket, draft } = await orderEngine(t, { limits })
  const ids = await Promise.all([addItem(db), addItem(db), addItem(db)])
  const lines = (count: number, quantity = 1) =>
    ids.slice(0, count).map((productId) => ({ productId, quantity }))
  const outcomes = await placeMixed([
    draft(),
    basket(lines(3)),
    basket(lines(2, 5)),
    basket(lines(2, 4)),
    draft(),
  ])
  t.match(outcomes, [
    { ok: true },
    { reason: { code: 'order-limit', extra: { limit: 3, open: 1, requested: 3 } } },
    { reason: { code: 'order-limit', extra: { limit: 10, held: 1, requested: 10 } } },
    { ok: true },
    { reason: { code: 'order-limit', extra: { limit: 3, open: 3 } } },
  ])
  t.match(await placeMixed([basket(lines(1))]), [{ reason: { code: 'order-limit' } }], 'also the next batch')
})

t.test('a checkout with an idempotency key is placed once, within a batch and across batches', async (t) => {
  const { db, placeMixed, basket, draft, productId, stock } = await orderEngine(t)
  const other = await addItem(db)
  const lines = () => [
    { productId, quantity: 2 },
    { productId: other, quantity: 1 },
  ]
  const keyed = (more = {}) => basket(lines(), { idempotencyKey: 'cart', note: 'Mind the dog', ...more })
  const [first, again] = await placeMixed([keyed(), keyed()])
  const checkout = checkoutOf(first)
  t.same(made(again), { replayed: true, checkout })
  t.same((await placeMixed([keyed()])).map(made), [{ replayed: true, checkout }])
  t.equal(await stock(), 98)

  for (const more of [
    { note: 'Mind the cat' },
    { note: undefined },
    { expiresIn: 60 },
    { lines: lines().slice(1) },
    { lines: lines().reverse() },
    { lines: lines().map((line) => ({ ...line, quantity: 3 })) },
  ])
    t.same((await placeMixed([keyed(more)])).map(made), ['idempotency-key-reused'])

  const free = [
    draft({ idempotencyKey: 'cart' }),
    keyed({ userId: await addUser(db) }),
    keyed({ idempotencyKey: 'cart 2' }),
  ]
  for (const outcome of await placeMixed(free)) t.match(made(outcome), { replayed: false })
})

t.test('a checkout of a commit whose answer was lost is not placed twice', async (t) => {
  const { db, basket, draft, placeMixed, productId, stock } = await orderEngine(t, {
    around: (db) => ({
      ...db,
      // The first commit is done, but its answer is lost.
      async writeRaw(work, lane) {
        await db.writeRaw((tx) => work(tx, false), lane)
        return db.writeRaw((tx) => work(tx, true), lane)
      },
    }),
  })
  const other = await addItem(db)
  const lines = [
    { productId, quantity: 4 },
    { productId: other, quantity: 1 },
  ]
  const [outcome, single] = await placeMixed([basket(lines), draft()])
  const [row] = await db.read.checkout.findMany()
  t.match(checkoutOf(outcome), { id: row?.id, orders: [{ quantity: 4 }, { quantity: 1 }], totalPrice: 12.5 })
  t.equal(single?.ok, true)
  t.equal(await db.read.order.count(), 3)
  t.equal(await stock(), 95)
})

t.test('orders without a lifetime of their own have the default', async (t) => {
  const { placeMixed, basket, draft, productId } = await orderEngine(t, { expiresAfter: 600 })
  const lines = () => [{ productId, quantity: 1 }]
  const keyed = (more = {}) => draft({ idempotencyKey: 'cart', ...more })
  const outcomes = await placeMixed([
    draft(),
    draft({ expiresIn: 60 }),
    basket(lines()),
    basket(lines(), { expiresIn: 60 }),
    keyed(),
  ])
  const seconds = outcomes.map((outcome) => {
    const value = made(outcome)
    if (typeof value !== 'object') return value
    const order = 'order' in value ? value.order : 'checkout' in value ? value.checkout.orders[0] : undefined
    return (Date.parse(order?.expiresAt ?? '') - Date.parse(order?.createdAt ?? '')) / 1000
  })
  t.same(seconds, [600, 60, 600, 60, 600])
  t.match((await placeMixed([keyed()])).map(made), [{ replayed: true }], 'the default is no part of the body')
  t.same((await placeMixed([keyed({ expiresIn: 600 })])).map(made), ['idempotency-key-reused'])
})

t.test('a batch without checkouts executes no statement for them', async (t) => {
  const statements: string[] = []
  const { placeBatch, draft } = await orderEngine(t, {
    around: (db) => ({
      ...db,
      dialect: {
        ...db.dialect,
        insertCheckouts(tx, rows, at) {
          statements.push('insert')
          return db.dialect.insertCheckouts(tx, rows, at)
        },
        findKeys(tx, table, keys) {
          statements.push(table)
          return db.dialect.findKeys(tx, table, keys)
        },
      },
    }),
  })
  await placeBatch([draft(), draft({ idempotencyKey: 'cart' })])
  t.same(statements, ['orders'])
})
