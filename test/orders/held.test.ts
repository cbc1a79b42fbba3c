import t from 'tap'
import { build, signIn } from '../helpers/app.js'
import { addProduct, auditBooks } from '../helpers/books.js'
import { onFile } from '../helpers/database.js'
import { holdRow } from '../helpers/hold-row.js'
import { order, stockOf, tally } from '../helpers/orders.js'

const many = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make))

t.test('a locked product delays its own orders only', { skip: onFile }, async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app)
  const held = await addProduct(app, { stock: 1_000 })
  const free = await addProduct(app, { stock: 1_000 })
  const buy = (productId: string) => order(app, headers, { productId, quantity: 1 })
  const release = await holdRow(t, app.config.databaseUrl, 'products', held)

  // In one batch with the other product's orders, and while those wait.
  let answered = 0
  const waiting = many(20, () => buy(held).finally(() => answered++))
  t.same(tally(await many(20, () => buy(free))), { 201: 20 })
  for (let i = 0; i < 20; i++) t.equal((await buy(free)).statusCode, 201)
  t.equal(answered, 0, 'the others still wait')
  t.equal((await order(app, headers, { productId: headers.authorization, quantity: 1 })).statusCode, 404)

  const refused = await waiting
  t.same(tally(refused), { 503: 20 })
  t.match(refused[0], { headers: { 'retry-after': '1' } })
  t.match(refused[0]?.json(), { type: '/problems/overloaded' })

  const patient = many(20, () => buy(held))
  t.same(tally(await many(5, () => buy(free))), { 201: 5 })
  await release()
  t.same(tally(await patient), { 201: 20 }, 'orders still waiting are placed when the row is released')
  t.equal((await buy(held)).statusCode, 201)
  t.equal(await stockOf(app, held), 979)
  t.equal(await stockOf(app, free), 955)
  t.same(await auditBooks(app.db), [])
})

t.test(
  'orders of a product are placed in order of arrival while its row is locked',
  { skip: onFile },
  async (t) => {
    const app = await build(t)
    const { headers } = await signIn(app)
    const productId = await addProduct(app, { stock: 10 })
    const release = await holdRow(t, app.config.databaseUrl, 'products', productId)
    const answers = [order(app, headers, { productId, quantity: 1 })]
    // Orders that arrive while the first one is in its batch are not known to be waiting yet, and may be overtaken.
    const inBatch = async () => (await app.inject('/metrics')).body
    while (!/^order_batch_size_count 1$/m.test(await inBatch())) await new Promise(setImmediate)
    for (let i = 1; i < 15; i++) {
      answers.push(order(app, headers, { productId, quantity: 1 }))
      await new Promise(setImmediate)
    }
    await release()
    const statuses = (await Promise.all(answers)).map(({ statusCode }) => statusCode)
    t.same(statuses, [...Array(10).fill(201), ...Array(5).fill(409)], 'first come, first served')
    t.same(await auditBooks(app.db), [])
  },
)

t.test('a released product does not wait for another locked one', { skip: onFile }, async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app)
  const [one, other] = [await addProduct(app), await addProduct(app)]
  await holdRow(t, app.config.databaseUrl, 'products', one)
  const release = await holdRow(t, app.config.databaseUrl, 'products', other)
  let refused = false
  const stuck = order(app, headers, { productId: one, quantity: 1 }).finally(() => {
    refused = true
  })
  const freed = many(3, () => order(app, headers, { productId: other, quantity: 1 }))
  await new Promise((resolve) => setTimeout(resolve, 100))
  await release()
  t.same(tally(await freed), { 201: 3 })
  t.equal(refused, false)
  t.equal((await stuck).statusCode, 503)
})

t.test('a locked user delays their own orders only', { skip: onFile }, async (t) => {
  const app = await build(t)
  const [ada, grace] = [await signIn(app), await signIn(app)]
  const productId = await addProduct(app, { stock: 1_000 })
  const buy = ({ headers }: typeof ada) => order(app, headers, { productId, quantity: 1 })
  const release = await holdRow(t, app.config.databaseUrl, 'users', ada.id)
  let answered = 0
  const waiting = many(3, () => buy(ada).finally(() => answered++))
  t.same(tally(await many(10, () => buy(grace))), { 201: 10 })
  t.equal(answered, 0)
  await release()
  t.same(tally(await waiting), { 201: 3 })
  t.same(await auditBooks(app.db), [])
})

t.test('nodes that sell the same product concurrently lose no order', { skip: onFile }, async (t) => {
  const first = await build(t)
  const { buildApp } = await import('../../src/app.js')
  const second = buildApp(first.config)
  t.teardown(() => second.close())
  await second.ready()
  const { headers } = await signIn(first)
  const productId = await addProduct(first, { stock: 10_000 })
  const answers = await Promise.all(
    [first, second].map(async (app) => {
      const statuses: number[] = []
      await many(20, async () => {
        for (let i = 0; i < 15; i++)
          statuses.push((await order(app, headers, { productId, quantity: 1 })).statusCode)
      })
      return statuses
    }),
  )
  t.same(new Set(answers.flat()), new Set([201]))
  t.equal(await stockOf(first, productId), 10_000 - 600)
  t.same(await auditBooks(first.db), [])
})
