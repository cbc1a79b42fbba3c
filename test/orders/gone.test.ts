import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { App } from '../../src/app.js'
import { build, signIn } from '../helpers/app.js'
import { addProduct, auditBooks } from '../helpers/books.js'
import { order, tally } from '../helpers/orders.js'

/** Creates a user deleted directly in the database, with a still valid token. */
async function gone(app: App, role: 'customer' | 'admin' = 'customer') {
  const user = await signIn(app, role)
  await app.db.write(async (tx) => {
    await tx.session.deleteMany({ where: { userId: user.id } })
    await tx.user.delete({ where: { id: user.id } })
  })
  return user
}

for (const maxOpenOrders of [0, 100])
  t.test(`an order of a deleted user is a 401, with ${maxOpenOrders || 'no'} orders at most`, async (t) => {
    const app = await build(t, { maxOpenOrders })
    const ada = await signIn(app)
    const productId = await addProduct(app)
    const nobody = await gone(app)
    const buy = ({ headers }: typeof ada) => order(app, headers, { productId, quantity: 1 })
    const [refused, ...rest] = await Promise.all([buy(nobody), buy(ada), buy(nobody), buy(ada), buy(ada)])
    t.match(refused, { statusCode: 401, headers: { 'www-authenticate': 'Bearer' } })
    t.match(refused?.json(), { type: '/problems/unauthenticated' })
    t.same(tally(rest), { 201: 3, 401: 1 }, 'other orders in the batch are placed')
    t.equal((await buy(nobody)).statusCode, 401)
    t.same(await auditBooks(app.db), [])
  })

t.test('an order accepted before the erasure of its user, and committed after it, is refused', async (t) => {
  const app = await build(t)
  const [erased, ada] = [await signIn(app), await signIn(app)]
  const productId = await addProduct(app)
  const buy = ({ id: userId }: typeof ada, note?: string) =>
    app.orders.place({ userId, productId, quantity: 1, idempotencyKey: null, note })
  const buyBoth = ({ id: userId }: typeof ada) => {
    const lines = [{ productId, quantity: 1 }]
    return app.orders.checkout({ userId, lines, idempotencyKey: null, note: 'Ring at Smith' })
  }
  let orders: Promise<PromiseSettledResult<unknown>[]> | undefined
  await app.db.write(async (tx) => {
    await tx.user.update({ where: { id: erased.id }, data: { erasedAt: new Date() } })
    orders = Promise.allSettled([buy(erased, 'Ring at Smith'), buy(ada), buyBoth(erased)])
    // They reach the database, and wait for this transaction.
    await sleep(100)
  })
  const outcomes = (await orders) ?? []
  t.same(
    outcomes.map(({ status }) => status),
    ['rejected', 'fulfilled', 'rejected'],
  )
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') t.match(outcome.reason, { statusCode: 401, code: 'unauthenticated' })
  t.equal(await app.db.read.order.count({ where: { userId: erased.id } }), 0)
  t.equal(await app.db.read.event.count({ where: { data: { contains: 'Smith' } } }), 0)
  t.same(await auditBooks(app.db), [])
})

t.test('a change of a product by a deleted user is a 401', async (t) => {
  const app = await build(t)
  await signIn(app)
  const productId = await addProduct(app)
  const { headers } = await gone(app, 'admin')
  const calls = [
    ['POST', '/products', { name: 'Lamp', price: 1, stock: 1 }],
    ['PATCH', `/products/${productId}`, { stock: 7 }],
    ['POST', `/products/${productId}/stock-adjustments`, { delta: 1 }],
  ] as const
  for (const [method, url, payload] of calls) {
    const answer = await app.inject({ method, url, headers, payload })
    t.equal(answer.statusCode, 401, `${method} ${url}`)
    t.match(answer.json(), { type: '/problems/unauthenticated' })
  }
  t.same(await auditBooks(app.db), [])
})
