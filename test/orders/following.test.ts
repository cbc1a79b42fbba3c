import t from 'tap'
import { build, signIn } from '../helpers/app.js'
import { addProduct } from '../helpers/books.js'
import { type Headers, order, stockOf, tally } from '../helpers/orders.js'

t.test('orders are visible to their owner and to admins, and to nobody else', async (t) => {
  const app = await build(t)
  const [ann, bob, admin] = [await signIn(app), await signIn(app), await signIn(app, 'admin')]
  const productId = await addProduct(app)
  const annsIds: string[] = []
  for (let i = 0; i < 5; i++)
    annsIds.unshift((await order(app, ann.headers, { productId, quantity: 1 })).json().id)
  const bobs = (await order(app, bob.headers, { productId, quantity: 1 })).json()

  t.equal((await app.inject({ url: `/orders/${bobs.id}`, headers: ann.headers })).statusCode, 404)
  t.equal((await app.inject({ url: `/orders/${bobs.id}`, headers: admin.headers })).statusCode, 200)
  const cancel = { method: 'POST', url: `/orders/${bobs.id}/cancel` } as const
  t.equal((await app.inject({ ...cancel, headers: ann.headers })).statusCode, 404)
  for (const url of ['/orders/nope', '/orders/%00', '/orders/019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11'])
    t.equal((await app.inject({ url, headers: admin.headers })).statusCode, 404)

  const list = async (query: string, headers: Headers) =>
    (await app.inject({ url: `/orders${query}`, headers })).json()
  const ids = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id)
  const first = await list('?limit=3', ann.headers)
  const second = await list(`?limit=3&cursor=${first.nextCursor}`, ann.headers)
  t.same([...ids(first), ...ids(second)], annsIds, 'newest first, page by page')
  t.equal(second.nextCursor, null)
  t.same(ids(await list('?scope=all', admin.headers)), [bobs.id, ...annsIds])
  t.same(ids(await list(`?scope=all&userId=${bob.id}`, admin.headers)), [bobs.id])
  t.same(ids(await list('', admin.headers)), [])
  t.same(ids(await list('?status=shipped', ann.headers)), [])

  for (const query of ['?scope=all', `?userId=${bob.id}`])
    t.equal((await app.inject({ url: `/orders${query}`, headers: ann.headers })).statusCode, 403)
  for (const query of ['limit=0', 'limit=101', 'limit=x', 'status=gone', 'cursor=x', 'scope=some']) {
    const answer = await app.inject({ url: `/orders?${query}`, headers: ann.headers })
    t.match(answer.json(), { status: 400, errors: [{ path: query.split('=')[0] }] }, query)
  }
})

t.test('an order moves through its statuses, and only admins move it', async (t) => {
  const app = await build(t)
  const [ann, admin] = [await signIn(app), await signIn(app, 'admin')]
  const productId = await addProduct(app, { stock: 10 })
  const placed = (await order(app, ann.headers, { productId, quantity: 4 })).json()
  const move = (status: unknown, headers = admin.headers, id = placed.id) =>
    app.inject({ method: 'PATCH', url: `/orders/${id}`, headers, payload: { status } })

  t.equal((await move('confirmed', ann.headers)).statusCode, 403)
  t.equal((await move('shipped')).json().type, '/problems/invalid-transition')
  for (const status of ['confirmed', 'shipped', 'delivered']) t.match((await move(status)).json(), { status })
  for (const status of ['pending', 'cancelled', 'delivered']) t.equal((await move(status)).statusCode, 409)
  t.equal((await move('lost')).statusCode, 400)
  t.equal((await move('confirmed', admin.headers, 'nope')).statusCode, 404)
  t.equal(await stockOf(app, productId), 6)
  const told = (await app.eventLog.read(0, 100)).filter(({ type }) => type === 'order:updated')
  t.match(told, [
    { data: { status: 'confirmed' } },
    { data: { status: 'shipped' } },
    { data: { status: 'delivered' } },
  ])
})

t.test('a cancelled order returns its stock once, however often it is cancelled', async (t) => {
  const app = await build(t)
  const [ann, admin] = [await signIn(app), await signIn(app, 'admin')]
  const productId = await addProduct(app, { stock: 10 })
  const cancel = (id: string, headers = ann.headers) =>
    app.inject({ method: 'POST', url: `/orders/${id}/cancel`, headers })
  const place = async () => (await order(app, ann.headers, { productId, quantity: 4 })).json().id
  const confirm = (id: string) =>
    app.inject({
      method: 'PATCH',
      url: `/orders/${id}`,
      headers: admin.headers,
      payload: { status: 'confirmed' },
    })

  const first = await place()
  const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(first)))
  t.same(tally(answers), { 200: 10 })
  t.equal(await stockOf(app, productId), 10)

  const second = await place()
  await confirm(second)
  t.equal((await cancel(second)).statusCode, 409, 'too late for the customer')
  t.equal((await cancel(second, admin.headers)).statusCode, 200)

  const third = await place()
  await app.db.write((tx) => tx.product.update({ where: { id: productId }, data: { deletedAt: new Date() } }))
  t.equal((await order(app, ann.headers, { productId, quantity: 1 })).statusCode, 404)
  t.equal((await cancel(third)).json().status, 'cancelled', 'its product may be deleted')
  t.equal(await stockOf(app, productId), 10)
})
