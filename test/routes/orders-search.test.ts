import t from 'tap'
import { indexUsers } from '../../src/accounts/users/index-users.js'
import { build, signIn } from '../helpers/app.js'
import { addProduct } from '../helpers/books.js'
import { order } from '../helpers/orders.js'

t.test('staff search all orders, and customers their own by products and ids alone', async (t) => {
  const app = await build(t)
  const [ann, bob, staff, admin] = [
    await signIn(app),
    await signIn(app),
    await signIn(app, 'staff'),
    await signIn(app, 'admin'),
  ]
  const productId = await addProduct(app)
  const placed = []
  for (const { headers } of [ann, bob])
    placed.push((await order(app, headers, { productId, quantity: 1 })).json())
  const [anns, bobs] = placed
  const get = async (query: string, { headers } = staff) => {
    const answer = await app.inject({ url: `/orders?${query}`, headers })
    return {
      status: answer.statusCode,
      ids: answer.json().items?.map(({ id }: { id: string }) => id),
      answer,
    }
  }
  await indexUsers(app.db, new AbortController().signal)
  const { name, email } = await app.db.read.user.findUniqueOrThrow({ where: { id: ann.id } })
  const q = encodeURIComponent(email)

  t.same((await get(`scope=all&q=${q}`)).ids, [anns.id])
  t.same((await get(`q=${q}`, ann)).ids, [], "a customer's own address is no word of the orders")
  t.same((await get(`q=${anns.id.slice(0, 23)}`, ann)).ids, [anns.id])
  t.same((await get(`q=${anns.id}`, bob)).ids, [])
  for (const query of ['scope=all', `userId=${bob.id}`, 'expand=customer'])
    t.equal((await get(query, ann)).status, 403, query)

  await app.inject({ method: 'POST', url: `/orders/${bobs.id}/cancel`, headers: bob.headers })
  for (const statuses of ['status=pending&status=cancelled', 'status=pending,cancelled'])
    t.same((await get(`scope=all&sort=createdAt&${statuses}`)).ids, [anns.id, bobs.id])
  t.same((await get('scope=all&status=cancelled')).ids, [bobs.id])
  for (const query of [
    'status=pending,gone',
    'from=yesterday',
    'minTotal=-1',
    'sort=price',
    'expand=user',
    'x=1',
  ])
    t.match((await get(query)).answer.json(), { status: 400, errors: [{ path: query.split('=')[0] }] }, query)

  await app.inject({ method: 'DELETE', url: `/products/${productId}`, headers: admin.headers })
  await app.inject({ method: 'DELETE', url: `/users/${bob.id}`, headers: admin.headers })
  const { answer } = await get('scope=all&sort=createdAt&expand=customer,product')
  t.match(answer.json().items, [
    { customer: { id: ann.id, name, email }, product: { id: productId, sku: null, name: anns.productName } },
    { customer: { id: bob.id, name: 'Deleted user', email: null }, product: { id: productId } },
  ])
  t.same((await get(`scope=all&q=${encodeURIComponent(anns.productName.slice(0, 3))}`)).ids, [
    bobs.id,
    anns.id,
  ])
})

t.test('one order is expanded like those of a list, and then never 304', async (t) => {
  const app = await build(t)
  const [admin, ann] = [await signIn(app, 'admin'), await signIn(app)]
  const productId = await addProduct(app)
  const { id, productName: name } = (await order(app, ann.headers, { productId, quantity: 1 })).json()
  const get = (query: string, user = admin, more = {}) =>
    app.inject({ url: `/orders/${id}${query}`, headers: { ...user.headers, ...more } })
  const both = await get('?expand=customer,product')
  t.match(both.json(), { id, customer: { id: ann.id }, product: { id: productId, sku: null, name } })
  t.match((await get('?expand=product', ann)).json(), { id, product: { id: productId } })
  t.notOk('customer' in (await get('?expand=product')).json())
  t.equal((await get('?expand=customer', ann)).statusCode, 403)
  t.equal((await get('?expand=user')).statusCode, 400)

  const plain = await get('')
  t.notOk('product' in plain.json())
  const held = { 'if-none-match': String(plain.headers.etag) }
  t.equal((await get('', admin, held)).statusCode, 304)
  const fresh = await get('?expand=product', admin, held)
  t.equal(fresh.statusCode, 200)
  t.equal(fresh.headers.etag, plain.headers.etag)
})
