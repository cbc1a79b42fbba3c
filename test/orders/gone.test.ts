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
