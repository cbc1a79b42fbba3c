import t from 'tap'
import { newId } from '../../src/ids.js'
import { addItem } from '../helpers/engine-db.js'
import { orderEngine } from '../helpers/order-engine.js'
import { checkoutOf, made } from '../helpers/placings.js'

t.test('a checkout writes its orders, their stock and their events', async (t) => {
  const { db, placeMixed, basket, productId, userId, stock, logged } = await orderEngine(t)
  const other = await addItem(db, { stock: 50, price: 1 })
  const lines = [
    { productId: other, quantity: 2 },
    { productId, quantity: 3 },
  ]
  const [outcome] = await placeMixed([basket(lines, { note: 'Ring twice', expiresIn: 90 })])
  const { id, orders, totalPrice, expiresAt } = checkoutOf(outcome)
  t.equal(totalPrice, 7.52)
  t.match(orders, [
    { checkoutId: id, userId, productId: other, quantity: 2, totalPrice: 0.02, note: 'Ring twice' },
    { checkoutId: id, userId, productId, quantity: 3, totalPrice: 7.5, note: 'Ring twice', expiresAt },
  ])
  t.equal(Date.parse(expiresAt ?? '') - Date.parse(orders[0]?.createdAt ?? ''), 90_000)
  t.equal(await stock(), 97)
  t.equal(await stock(other), 48)
  t.match(await db.read.checkout.findMany(), [{ id, userId, idempotencyKey: null, keyFingerprint: null }])
  t.match(await db.read.order.findMany({ orderBy: { id: 'asc' } }), [
    { id: orders[0]?.id, checkoutId: id, stockAfter: 48n, idempotencyKey: null },
    { id: orders[1]?.id, checkoutId: id, stockAfter: 97n, idempotencyKey: null },
  ])
  t.same(await logged(), [
    { type: 'order:created', data: orders[0] },
    { type: 'stock:changed', data: { productId: other, stock: 48 } },
    { type: 'order:created', data: orders[1] },
    { type: 'stock:changed', data: { productId, stock: 97 } },
  ])
})

t.test('the total of a checkout is exact', async (t) => {
  const { db, placeMixed, basket } = await orderEngine(t)
  const dear = await Promise.all(
    Array.from({ length: 99 }, () => addItem(db, { stock: 10_000, price: 100_000_000 })),
  )
  const penny = await addItem(db, { price: 1 })
  const lines = [
    ...dear.map((productId) => ({ productId, quantity: 10_000 })),
    { productId: penny, quantity: 1 },
  ]
  t.equal(checkoutOf((await placeMixed([basket(lines)]))[0]).totalPrice, 990_000_000_000.01)
})

t.test('a refused checkout names every short line, and leaves no trace', async (t) => {
  const { db, placeMixed, basket, draft, productId, stock } = await orderEngine(t)
  const [few, none] = [await addItem(db, { stock: 2 }), await addItem(db, { stock: 0 })]
  const lines = [
    { productId, quantity: 100 },
    { productId: few, quantity: 3 },
    { productId: none, quantity: 1 },
  ]
  const keyed = { idempotencyKey: 'cart' }
  const [refused, whole, later] = await placeMixed([
    basket(lines, keyed),
    draft({ quantity: 100 }),
    basket([{ productId: few, quantity: 2 }], keyed),
  ])
  t.match(refused, {
    reason: {
      code: 'insufficient-stock',
      extra: {
        shortages: [
          { productId: few, requested: 3, available: 2 },
          { productId: none, requested: 1, available: 0 },
        ],
      },
    },
  })
  t.equal(whole?.ok, true, 'the whole stock of the first line is still there')
  t.match(made(later), { replayed: false }, 'the key of a refusal is free')
  t.equal(await stock(), 0)
  t.equal(await db.read.checkout.count(), 1)
})

t.test('products that do not exist are all named', async (t) => {
  const { db, orders, basket, productId, stock } = await orderEngine(t)
  const [gone, malformed] = [newId(), 'nope']
  const deleted = await addItem(db)
  await db.write((tx) => tx.product.update({ where: { id: deleted }, data: { deletedAt: new Date() } }))
  const lines = (ids: string[]) => ids.map((id) => ({ productId: id, quantity: 1 }))
  for (const ids of [
    [gone, deleted],
    [gone, malformed, deleted],
  ])
    await t.rejects(orders.checkout(basket(lines([productId, ...ids]))), {
      code: 'not-found',
      extra: { productIds: ids },
    })
  await t.rejects(orders.checkout(basket(lines([productId, gone, productId, gone]))), {
    code: 'invalid-request',
    extra: { errors: [{ path: 'items.2.productId' }, { path: 'items.3.productId' }] },
  })
  t.equal(await stock(), 100)
})

t.test('checkouts of deleted users are refused, and others in the batch are not', async (t) => {
  const { placeMixed, basket, draft, productId, stock } = await orderEngine(t)
  const lines = () => [{ productId, quantity: 5 }]
  const outcomes = await placeMixed([basket(lines(), { userId: newId() }), basket(lines()), draft()])
  t.equal(made(outcomes[0]), 'unauthenticated')
  t.match(outcomes, [{ ok: false }, { ok: true }, { ok: true }])
  t.equal(await stock(), 94)
})

t.test('a hundred lines are placed in one transaction', async (t) => {
  const { db, eventLog, orders, basket } = await orderEngine(t)
  const ids = await Promise.all(Array.from({ length: 100 }, () => addItem(db, { stock: 1 })))
  const lines = ids.map((productId) => ({ productId, quantity: 1 }))
  const { checkout } = await orders.checkout(basket(lines))
  t.same(
    checkout.orders.map(({ productId }) => productId),
    ids,
  )
  t.same(await orders.getCheckout(checkout.id), checkout)
  const times = new Set((await eventLog.read(0, 1_000)).map(({ createdAt }) => createdAt))
  t.equal(times.size, 1)
  t.equal(await db.read.product.count({ where: { stock: 0 } }), 100)
})
