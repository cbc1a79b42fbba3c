import { randomUUID } from 'node:crypto'
import t from 'tap'
import { buildApp } from '../../src/app.js'
import { signIn, testConfig } from '../helpers/app.js'
import { auditBooks } from '../helpers/books.js'
import { injectPatiently } from '../helpers/patience.js'
import { eventsOf, type Headers, shop } from '../helpers/shop.js'

type Shop = Awaited<ReturnType<typeof shop>>

const REPLAYED = { 'idempotent-replayed': 'true' }

/** Returns a shortcut to adjust the stock of the product `id` under an idempotency key. */
const adjuster =
  ({ call }: Pick<Shop, 'call'>, id: string) =>
  (key: string, body: object = { delta: 3 }, headers: Headers = {}) =>
    call('POST', `/products/${id}/stock-adjustments`, body, { 'idempotency-key': key, ...headers })

const stockOf = async ({ app }: Pick<Shop, 'app'>, id: string) =>
  (await app.inject(`/products/${id}`)).json<{ stock: number }>().stock

t.test('a retried adjustment counts once', async (t) => {
  const world = await shop(t)
  const { id } = await world.add({ stock: 5 })
  const adjust = adjuster(world, id)
  const first = await adjust('delivery 17', { delta: 3, reason: 'Delivery' })
  t.match(first, { statusCode: 200, headers: { 'idempotent-replayed': undefined } })
  const log = await eventsOf(world.app)
  const again = await adjust('delivery 17', { reason: 'Delivery', delta: 3 })
  t.match(again, { statusCode: 200, headers: { ...REPLAYED, etag: first.headers.etag }, body: first.body })
  t.equal(again.headers['content-type'], first.headers['content-type'])
  t.equal(await stockOf(world, id), 8)
  t.same(await eventsOf(world.app), log, 'a replay is no event')
  t.match(await adjust('"delivery 17"', { delta: 3, reason: 'Delivery' }), { headers: REPLAYED }, 'quoted')
  t.match(await adjust('delivery 18'), { statusCode: 200, headers: { 'idempotent-replayed': undefined } })
  t.equal(await stockOf(world, id), 11)
  t.same(await auditBooks(world.app.db), [])
})

t.test('the old answer comes back when the product has changed since, or is gone', async (t) => {
  const world = await shop(t)
  const { id } = await world.add({ stock: 5 })
  const adjust = adjuster(world, id)
  const tag = (await world.app.inject(`/products/${id}`)).headers.etag as string
  const first = await adjust('k', { delta: -5 }, { 'if-match': tag })
  t.equal(first.statusCode, 200)
  await world.call('PATCH', `/products/${id}`, { name: 'Lamp 2', stock: 100 })
  for (const headers of [{ 'if-match': tag }, { 'if-match': '"stale"' }, {}] as Headers[])
    t.match(await adjust('k', { delta: -5 }, headers), {
      statusCode: 200,
      headers: REPLAYED,
      body: first.body,
    })
  await world.call('DELETE', `/products/${id}`)
  t.match(await adjust('k', { delta: -5 }), { statusCode: 200, headers: REPLAYED, body: first.body })
})

t.test('a key belongs to one request of one caller', async (t) => {
  const world = await shop(t)
  const [{ id }, other] = [await world.add(), await world.add()]
  const adjust = adjuster(world, id)
  await adjust('k')
  const reused = { status: 422, type: '/problems/idempotency-key-reused' }
  t.match((await adjust('k', { delta: 4 })).json(), reused, 'another body')
  t.match((await adjust('k', { delta: 3, reason: 'x' })).json(), reused, 'one more field')
  t.match((await adjuster(world, other.id)('k')).json(), reused, 'another path')
  const headers = { 'idempotency-key': 'k' }
  t.match(
    (await world.call('PATCH', `/products/${id}`, { stock: 3 }, headers)).json(),
    reused,
    'another route',
  )

  const staff = (await signIn(world.app, 'staff')).headers
  t.match(await adjust('k', { delta: 4 }, staff), {
    statusCode: 200,
    headers: { 'idempotent-replayed': undefined },
  })
  const scopes = ['products:write', 'stock:write']
  const made = await world.call('POST', '/api-keys', { name: 'Scanner', scopes: scopes.slice(0, 1) })
  const program = { authorization: `Bearer ${made.json<{ key: string }>().key}` }
  t.match(
    await adjust('k', { delta: 5 }, program),
    { statusCode: 200, headers: { 'idempotent-replayed': undefined } },
    'a program',
  )
  t.match(await adjust('k', { delta: 5 }, program), { statusCode: 200, headers: REPLAYED })
  t.equal(await stockOf(world, id), 5 + 3 + 4 + 5)
})

t.test('refusals are not remembered', async (t) => {
  const world = await shop(t)
  const { id } = await world.add({ stock: 1 })
  const adjust = adjuster(world, id)
  t.equal((await adjust('k', { delta: -2 })).statusCode, 409)
  t.equal((await adjust('k', { delta: -1 }, { 'if-match': '"stale"' })).statusCode, 412)
  t.equal((await adjust('k', { delta: 0 })).statusCode, 400)
  await adjust('more', { delta: 1 })
  t.match(await adjust('k', { delta: -2 }), {
    statusCode: 200,
    headers: { 'idempotent-replayed': undefined },
  })
  t.equal(await stockOf(world, id), 0)
})

t.test('a key has 1 to 255 printable characters', async (t) => {
  const world = await shop(t)
  const { id } = await world.add()
  const adjust = adjuster(world, id)
  for (const key of ['', ' ', '""', 'x'.repeat(256), 'tab\there', 'café'])
    t.match((await adjust(key)).json(), { status: 400, errors: [{ path: 'idempotency-key' }] }, key)
  for (const key of ['x', 'x'.repeat(255), `"${'y'.repeat(255)}"`, '"a \\"b\\" \\\\"', '~!@#'])
    t.equal((await adjust(key)).statusCode, 200, key)
})

t.test('of 50 requests at once with one key, one makes the change, and all get its answer', async (t) => {
  const world = await shop(t)
  const { id } = await world.add({ stock: 5 })
  const adjust = adjuster(world, id)
  // A second one would be refused: the stock is gone.
  const answers = await Promise.all(Array.from({ length: 50 }, () => adjust('k', { delta: -4 })))
  t.same(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size, 1)
  t.match(answers[0], { statusCode: 200 })
  const made = answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined)
  t.equal(made.length, 1)
  t.equal(await stockOf(world, id), 1)
  t.same(await auditBooks(world.app.db), [])
})

t.test('of 50 requests at once at two processes with one key, one makes the change', async (t) => {
  const config = await testConfig(t, t.testdir())
  const nodes = [buildApp(config), buildApp(config)]
  t.teardown(() => Promise.all(nodes.map((node) => node.close())))
  for (const node of nodes) await node.ready()
  const [a] = nodes
  if (!a) return
  const { headers } = await signIn(a, 'admin')
  const add = {
    method: 'POST',
    url: '/products',
    headers,
    payload: { name: 'Lamp', price: 1, stock: 60 },
  } as const
  for (let round = 0; round < 5; round++) {
    const { id } = (await injectPatiently(a, add)).json<{ id: string }>()
    const key = randomUUID()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        injectPatiently(nodes[i % 2] ?? a, {
          method: 'POST',
          url: `/products/${id}/stock-adjustments`,
          headers: { ...headers, 'idempotency-key': key },
          payload: { delta: -40 },
        }),
      ),
    )
    t.same([...new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`))].length, 1)
    t.match(answers[0], { statusCode: 200 })
    t.equal((await a.db.read.product.findUniqueOrThrow({ where: { id } })).stock, 20n)
  }
  t.same(await auditBooks(a.db), [])
})

t.test('a retry after a restart gets the first answer', async (t) => {
  const config = await testConfig(t, t.testdir())
  const before = buildApp(config)
  t.teardown(() => before.close())
  await before.ready()
  const { headers } = await signIn(before, 'admin')
  const add = {
    method: 'POST',
    url: '/products',
    headers: { ...headers, 'idempotency-key': 'first of all' },
    payload: { name: 'Lamp', price: 1, stock: 60 },
  } as const
  const first = await injectPatiently(before, add)
  t.equal(first.statusCode, 201)
  await before.close()
  const after = buildApp(config)
  t.teardown(() => after.close())
  await after.ready()
  const again = await injectPatiently(after, add)
  const { location, etag } = first.headers
  t.match(again, { statusCode: 201, body: first.body, headers: { ...REPLAYED, location, etag } })
  t.equal(await after.db.read.product.count(), 1)
})
