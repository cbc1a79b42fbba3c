import t from 'tap'
import { createClient, isProblem, orThrow, ProblemError } from '../../src/client/index.js'
import { build, signIn } from '../helpers/app.js'
import { addProduct } from '../helpers/books.js'
import { ada, clientOf } from '../helpers/client.js'

t.setTimeout(120_000)

t.test('a program signs in, orders, and reads typed problems', async (t) => {
  const app = await build(t)
  const productId = await addProduct(app, { stock: 2 })
  const { client } = await clientOf(app)
  const { data } = await client.POST('/orders', { body: { productId, quantity: 1 } })
  t.match(data, { status: 'pending', quantity: 1 })

  const { error } = await client.POST('/orders', { body: { productId, quantity: 5 } })
  if (error?.type !== '/problems/insufficient-stock') return t.fail('not refused')
  t.equal(error.available, 1)

  const refused = await orThrow(client.POST('/orders', { body: { productId, quantity: 5 } })).catch((e) => e)
  t.type(refused, ProblemError)
  if (!isProblem(refused, '/problems/insufficient-stock')) return t.fail('another problem')
  t.match(refused.problem, { status: 409, productId, requested: 5, available: 1 })
  t.notOk(isProblem(refused, '/problems/not-found'))
  // @ts-expect-error an order takes a quantity
  await client.POST('/orders', { body: { productId } })

  await client.signOut()
  t.equal((await client.GET('/auth/me')).response.status, 401)
})

t.test('a wrong password is a problem', async (t) => {
  const { client } = await clientOf(await build(t))
  const refused = await client.signIn({ email: ada.email, password: 'wrong' }).catch((error) => error)
  t.ok(isProblem(refused, '/problems/invalid-credentials'))
})

t.test('an API key signs in without a password', async (t) => {
  const app = await build(t)
  const { url } = await clientOf(app)
  const { id } = await signIn(app, 'admin')
  const { key } = await app.apiKeys.create({ name: 'Printer', scopes: ['orders:read'] }, id)
  const { data } = await createClient({ url, auth: { apiKey: key } }).GET('/orders')
  t.same(data?.items, [])
})

t.test('an expired token is refreshed once, for however many requests', async (t) => {
  const { client, storage, requested } = await clientOf(await build(t))
  const first = storage.kept
  if (!first) return t.fail('no tokens')
  storage.kept = { ...first, accessToken: 'expired' }
  requested.length = 0
  const answers = await Promise.all(Array.from({ length: 8 }, () => client.GET('/auth/me')))
  t.same(
    answers.map(({ data }) => data?.email),
    Array(8).fill(ada.email),
  )
  t.equal(requested.filter((path) => path === 'POST /auth/refresh').length, 1)
  t.not(storage.kept?.refreshToken, first.refreshToken)

  storage.kept = { accessToken: 'expired', refreshToken: 'unknown' }
  t.equal((await client.GET('/auth/me')).response.status, 401)
  t.equal(storage.kept, undefined, 'a session that is over is forgotten')
})

t.test('a change whose answer was lost is made once', async (t) => {
  const app = await build(t)
  const productId = await addProduct(app)
  let losing = 2
  const keys = new Set<string | null>()
  const { client } = await clientOf(app, {
    async fetch(request) {
      const isOrder = new URL(request.url).pathname === '/orders'
      const answer = await fetch(request)
      if (!isOrder) return answer
      keys.add(request.headers.get('idempotency-key'))
      if (losing-- > 0) throw new TypeError('fetch failed')
      return answer
    },
  })
  const { response } = await client.POST('/orders', { body: { productId, quantity: 1 } })
  t.equal(response.headers.get('idempotent-replayed'), 'true')
  t.equal(keys.size, 1)
  t.equal(await app.db.read.order.count(), 1)
  await client.POST('/orders', { body: { productId, quantity: 1 } })
  t.equal(keys.size, 2, 'another change has another key')
})

t.test('lists are read item by item, over all pages', async (t) => {
  const app = await build(t)
  for (const name of ['Bowl', 'Cup', 'Mug', 'Plate', 'Spoon']) await addProduct(app, { name })
  const { client, requested } = await clientOf(app)
  const names: string[] = []
  for await (const { name } of client.pages('/products', { query: { sort: 'name', limit: 2 } }))
    names.push(name)
  t.same(names, ['Bowl', 'Cup', 'Mug', 'Plate', 'Spoon'])
  t.equal(requested.filter((path) => path === 'GET /products').length, 3)
  const read = async () => {
    for await (const _ of client.pages('/users')) t.fail('a customer reads users')
  }
  await t.rejects(read(), { name: 'ProblemError', status: 403 })
})

t.test('an answer by a proxy in place of the server is a problem too', async (t) => {
  const bodies = ['', '<h1>Bad gateway</h1>', 'null']
  for (const body of bodies) {
    const client = createClient({
      url: 'http://shop.test',
      fetch: async () => new Response(body, { status: 502 }),
    })
    const read = async () => {
      for await (const _ of client.pages('/products')) t.fail('there is no product')
    }
    const refusal = { name: 'ProblemError', status: 502, problem: {} }
    await t.rejects(read(), refusal, body)
    t.match(await orThrow(client.GET('/products')).catch((error) => error), refusal)
  }
})

t.test('the live events come with the token of the session', async (t) => {
  const app = await build(t)
  const productId = await addProduct(app)
  const { client } = await clientOf(app)
  const stream = client.live({ namespace: '/', from: undefined, onReset: () => void place() })
  const place = () => client.POST('/orders', { body: { productId, quantity: 2 } })
  for await (const event of stream) {
    t.match(event, { type: 'order:created', data: { quantity: 2 } })
    break
  }
})
