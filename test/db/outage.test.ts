import t, { type Test } from 'tap'
import { buildApp } from '../../src/app.js'
import { addProduct, auditBooks } from '../books.js'
import { onFile, serverDatabase } from '../database.js'
import { flakyLink } from '../flaky-link.js'
import { noRateLimits, signIn, testConfig } from '../helper.js'

/** The application behind a link that fails on demand. */
async function setup(t: Test) {
  const link = await flakyLink(t, await serverDatabase(t))
  const config = { ...(await testConfig(t, t.testdir(), noRateLimits)), databaseUrl: link.url }
  const app = buildApp(config)
  t.teardown(() => app.close())
  await app.ready()
  return { app, link, admin: await signIn(app, 'admin') }
}

t.test('an order whose commit got no answer is answered, and is there once', { skip: onFile }, async (t) => {
  const { app, link, admin } = await setup(t)
  const productId = await addProduct(app, { stock: 50 })
  const order = (quantity: number) =>
    app.inject({ method: 'POST', url: '/orders', ...admin, payload: { productId, quantity } })
  for (let lost = 1; lost <= 3; lost++) {
    link.loseCommits(lost)
    const answers = await Promise.all([...Array.from({ length: 10 }, () => order(1)), order(1_000)])
    t.equal(link.toLose, 0)
    t.same(
      answers.map(({ statusCode }) => statusCode),
      [...Array(10).fill(201), 409],
    )
    const ids = answers.slice(0, 10).map((answer) => answer.json().id)
    t.equal(await app.db.read.order.count({ where: { id: { in: ids } } }), 10)
  }
  t.equal(Number((await app.db.read.product.findUniqueOrThrow({ where: { id: productId } })).stock), 20)
  t.same(await auditBooks(app.db), [])
})

t.test('no other change whose commit got no answer is done twice or denied', { skip: onFile }, async (t) => {
  const { app, link, admin } = await setup(t)
  const call = async (method: 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) => {
    link.loseCommits(1)
    const answer = await app.inject({ method, url, ...admin, payload })
    t.equal(link.toLose, 0, `${method} ${url} was committed unheard`)
    return answer
  }
  const credentials = { email: 'ada@shop.test', password: 'walnut desk lamp' }
  t.equal((await call('POST', '/auth/register', { name: 'Ada', ...credentials })).statusCode, 201)
  t.equal((await call('POST', '/auth/login', credentials)).statusCode, 200)

  const made = await call('POST', '/products', { name: 'Lamp', price: 2, stock: 10 })
  t.match(made, { statusCode: 201, body: /"stock":10/ })
  const { id } = made.json()
  const adjusted = await call('POST', `/products/${id}/stock-adjustments`, { delta: -3 })
  t.match(adjusted, { statusCode: 200, body: /"stock":7/ })
  t.match(await call('PATCH', `/products/${id}`, { price: 3 }), { statusCode: 200, body: /"price":3/ })

  const order = await call('POST', '/orders', { productId: id, quantity: 2 })
  t.equal((await call('PATCH', `/orders/${order.json().id}`, { status: 'confirmed' })).statusCode, 200)
  t.equal((await call('POST', `/orders/${order.json().id}/cancel`)).statusCode, 200)
  t.equal((await call('DELETE', `/products/${id}`)).statusCode, 204)

  const sessions = (await app.inject({ url: '/auth/sessions', ...admin })).json().items
  t.equal((await call('DELETE', `/auth/sessions/${sessions[0].id}`)).statusCode, 204)
  t.equal((await app.inject({ url: '/auth/me', ...admin })).statusCode, 401)
  t.same(await auditBooks(app.db), [])
})

/** Generous, because the machine may be busy: it takes a second or two. */
const BACK_WITHIN_MS = 60_000

const outages: [string, 'fail' | 'freeze'][] = [
  ['goes down', 'fail'],
  ['hangs', 'freeze'],
]
for (const [what, begin] of outages)
  t.test(
    `a server that ${what} is told of with 503, and is found again by itself`,
    { skip: onFile },
    async (t) => {
      const { app, link, admin } = await setup(t)
      const productId = await addProduct(app, { stock: 50 })
      const requests = [
        { url: '/health/ready' },
        { url: '/products' },
        { method: 'POST', url: '/orders', ...admin, payload: { productId, quantity: 1 } },
      ] as const
      const statuses = async () => {
        const answers = await Promise.all(requests.map((request) => app.inject({ ...request })))
        for (const { statusCode, headers } of answers) t.equal(statusCode === 503, 'retry-after' in headers)
        return answers.map(({ statusCode }) => statusCode)
      }
      t.same(await statuses(), [200, 200, 201])
      link[begin]()
      t.same(await statuses(), [503, 503, 503])
      t.equal((await app.inject('/health/live')).statusCode, 200)
      link.restore()
      const back = Date.now()
      while ((await app.inject('/health/ready')).statusCode !== 200);
      t.same(await statuses(), [200, 200, 201])
      t.ok(Date.now() - back < BACK_WITHIN_MS, `back after ${Date.now() - back} ms`)
      t.same(await auditBooks(app.db), [])
    },
  )
