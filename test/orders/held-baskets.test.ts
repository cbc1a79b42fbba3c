import t from 'tap'
import { build, signIn } from '../helpers/app.js'
import { addProduct, auditBooks } from '../helpers/books.js'
import { onFile } from '../helpers/database.js'
import { holdRow } from '../helpers/hold-row.js'
import { type Headers, order, stockOf, tally } from '../helpers/orders.js'

t.test('a locked product delays only the baskets that hold it', { skip: onFile }, async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app)
  const [held, free, other] = [
    await addProduct(app, { stock: 1_000 }),
    await addProduct(app, { stock: 1_000 }),
    await addProduct(app, { stock: 1_000 }),
  ]
  const checkOut = (productIds: string[], more: Headers = {}) =>
    app.inject({
      method: 'POST',
      url: '/checkouts',
      headers: { ...headers, ...more },
      payload: { items: productIds.map((productId) => ({ productId, quantity: 1 })) },
    })
  const many = (count: number, productIds: string[]) =>
    Promise.all(Array.from({ length: count }, () => checkOut(productIds)))
  const release = await holdRow(t, app.config.databaseUrl, 'products', held)

  // In one batch with the others, and while they wait.
  let answered = 0
  const waiting = Promise.all(
    [
      [free, held],
      [held, other],
      [free, other, held],
    ].map((ids) => checkOut(ids).finally(() => answered++)),
  )
  t.same(tally(await many(10, [free, other])), { 201: 10 })
  t.same(tally(await many(10, [other, free])), { 201: 10 })
  for (let i = 0; i < 10; i++) {
    t.equal((await order(app, headers, { productId: free, quantity: 1 })).statusCode, 201)
    t.equal((await checkOut([other])).statusCode, 201)
  }
  t.equal(answered, 0, 'baskets with the locked product still wait')
  t.same([await stockOf(app, free), await stockOf(app, other)], [970, 970], 'and have taken nothing')
  await release()
  t.same(tally(await waiting), { 201: 3 })
  t.same(await Promise.all([held, free, other].map((id) => stockOf(app, id))), [997, 968, 968])
  t.same(await auditBooks(app.db), [])
})

t.test('a basket that waits for too long is refused whole', { skip: onFile }, async (t) => {
  const app = await build(t)
  const { id: userId } = await signIn(app)
  const [held, free] = [await addProduct(app), await addProduct(app)]
  const release = await holdRow(t, app.config.databaseUrl, 'products', held)
  const lines = [free, held].map((productId) => ({ productId, quantity: 1 }))
  const place = () => app.orders.checkout({ userId, lines, idempotencyKey: 'cart' })
  await t.rejects(place(), { name: 'DatabaseBusy' })
  t.equal(await stockOf(app, free), 100)
  await release()
  t.match(await place(), {
    replayed: false,
    checkout: { orders: [{ productId: free }, { productId: held }] },
  })
  t.same(await auditBooks(app.db), [])
})
