import t, { type Test } from 'tap'
import { buildApp } from '../../../src/app.js'
import { noRateLimits, signIn, testConfig } from '../../helpers/app.js'
import { addProduct, auditBooks } from '../../helpers/books.js'
import { onFile, serverDatabase } from '../../helpers/database.js'
import { flakyLink } from '../../helpers/flaky-link.js'

/** Longer than a read of a request waits. */
const AWAY_MS = 5_000

/** Builds the application behind a link failing on demand. */
async function setup(t: Test) {
  const link = await flakyLink(t, await serverDatabase(t))
  const config = { ...(await testConfig(t, t.testdir(), noRateLimits)), databaseUrl: link.url }
  const app = buildApp(config)
  t.teardown(() => app.close())
  await app.ready()
  return { app, link, admin: await signIn(app, 'admin') }
}

t.test(
  'a start waits for a database that becomes unreachable; a request does not',
  { skip: onFile },
  async (t) => {
    const link = await flakyLink(t, await serverDatabase(t))
    const app = buildApp({ ...(await testConfig(t, t.testdir())), databaseUrl: link.url })
    t.teardown(() => app.close())
    let refused: unknown
    app.after(() => {
      app.register(async () => {
        link.fail()
        setTimeout(() => link.restore(), AWAY_MS)
        t.equal(await app.db.read.user.count(), 1)
      })
    })
    await app.ready()
    link.fail()
    await app.db.read.user.count().catch((error) => {
      refused = error
    })
    t.match(refused, { name: 'DatabaseBusy' })
    link.restore()
  },
)

t.test('an order whose COMMIT got no response is answered, and exists once', { skip: onFile }, async (t) => {
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

t.test(
  'other changes whose COMMIT got no response are neither repeated nor refused',
  { skip: onFile },
  async (t) => {
    const { app, link, admin } = await setup(t)
    const call = async (method: 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) => {
      link.loseCommits(1)
      const answer = await app.inject({ method, url, ...admin, ...(payload && { payload }) })
      t.equal(link.toLose, 0, `the response to the COMMIT of ${method} ${url} was lost`)
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
  },
)

const outages: [string, 'fail' | 'freeze'][] = [
  ['goes down', 'fail'],
  ['hangs', 'freeze'],
]
for (const [what, begin] of outages)
  t.test(
    `requests to a server that ${what} get a 503, and the connection recovers by itself`,
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
      while ((await app.inject('/health/ready')).statusCode !== 200);
      t.same(await statuses(), [200, 200, 201])
      t.same(await auditBooks(app.db), [])
    },
  )
