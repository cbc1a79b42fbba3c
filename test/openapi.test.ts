import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { buildApp } from '../src/app.js'
import { addProduct } from './books.js'
import { build, signIn, testConfig } from './helper.js'
import { createConformance, documentOf, operationsOf } from './openapi.js'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What Redocly's linter finds, in words. */
function lint(file: string): Promise<string[]> {
  const cli = fileURLToPath(import.meta.resolve('@redocly/cli/bin/cli.js'))
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [cli, 'lint', file, '--format=json'],
      { cwd: root, env, maxBuffer: 1 << 26 },
      (error, out) => {
        // It exits with 1 where it found errors; then too it prints them.
        if (!out) return reject(error)
        const { problems } = JSON.parse(out) as {
          problems: { ruleId: string; message: string; location: { pointer: string }[] }[]
        }
        resolve(
          problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
        )
      },
    )
  })
}

t.test('the description at /docs/json is OpenAPI 3.1, and a linter finds nothing in it', async (t) => {
  const app = await build(t)
  const answer = await app.inject('/docs/json')
  t.equal(answer.json().openapi, '3.1.0')
  const dir = t.testdir({ 'openapi.json': answer.body, 'empty.json': '{"openapi":"3.1.0","paths":{}}' })
  t.same(await lint(join(dir, 'openapi.json')), [])
  t.not((await lint(join(dir, 'empty.json'))).length, 0, 'the linter does look')
})

for (const production of [false, true])
  t.test(
    `the page at /docs loads over plain HTTP ${production ? 'in production' : 'elsewhere'}`,
    async (t) => {
      const app = await build(t, { production })
      for (const url of ['/docs', '/docs/']) {
        const page = await app.inject(url)
        t.match(page, { statusCode: 200, headers: { 'content-type': /^text\/html/ } })
        t.notMatch(page.headers['content-security-policy'], /upgrade-insecure-requests/)
        const [, script = ''] = /<script src="([^"]+)"/.exec(page.body) ?? []
        const { pathname } = new URL(script, `http://shop.test${url}`)
        t.equal((await app.inject(pathname)).statusCode, 200, pathname)
      }
    },
  )

t.test('every route is described, and every address does without a slash at its end', async (t) => {
  const app = buildApp(await testConfig(t, t.testdir()))
  t.teardown(() => app.close())
  const routes: string[] = []
  app.addHook('onRoute', ({ method, url, schema }) => {
    if (schema?.hide) return
    for (const verb of [method].flat())
      if (verb !== 'HEAD') routes.push(`${verb} ${url.replaceAll(/:(\w+)/g, '{$1}')}`)
  })
  await app.ready()
  const described = (await operationsOf(app)).map(({ method, path }) => `${method} ${path}`)
  t.same(described.toSorted(), routes.toSorted())
  t.same(
    Object.keys((await documentOf(app)).paths).filter((path) => path !== '/' && path.endsWith('/')),
    [],
  )
  const { headers } = await signIn(app, 'admin')
  for (const url of ['/products/', '/orders/', '/events/?limit=1'])
    t.equal((await app.inject({ url, headers })).statusCode, 200, url)
})

t.test('every operation has a name, a summary, examples, and errors in one form', async (t) => {
  const app = await build(t)
  const operations = await operationsOf(app)
  t.ok(operations.length > 20)
  t.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length)
  for (const { operationId, summary, tags, requestBody, responses } of operations) {
    t.match(operationId, /^[a-z][A-Za-z]+$/)
    t.ok(summary, operationId)
    t.equal(tags?.length, 1, operationId)
    if (requestBody)
      t.ok(requestBody.content?.['application/json']?.example, `${operationId} takes an example`)
    const statuses = Object.keys(responses)
    for (const kind of ['2', '4'])
      t.ok(
        statuses.some((status) => status.startsWith(kind)),
        `${operationId} has a ${kind}xx`,
      )
    for (const [status, { description, content = {} }] of Object.entries(responses)) {
      const what = `${operationId} ${status}`
      t.ok(description, what)
      if (Number(status) >= 400) t.same(Object.keys(content), ['application/problem+json'], what)
      for (const { schema, example, examples } of Object.values(content))
        t.ok(example ?? examples ?? schema.examples, `${what} has an example`)
    }
  }
})

const nowhere = '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11'

t.test('what each operation answers is what its description says', async (t) => {
  const app = await build(t)
  const [admin, buyer] = [await signIn(app, 'admin'), await signIn(app)]
  const [bystander, leaver] = [await signIn(app), await signIn(app)]
  const person = { name: 'Ada Lovelace', email: 'ada@shop.test', password: 'correct horse battery' }
  const credentials = { email: person.email, password: person.password }
  await app.inject({ method: 'POST', url: '/auth/register', payload: { ...person, email: 'bob@shop.test' } })
  const login = await app.inject({
    method: 'POST',
    url: '/auth/login',
    payload: { ...credentials, email: 'bob@shop.test' },
  })
  const cookies = Object.fromEntries(login.cookies.map(({ name, value }) => [name, value]))
  const [productId, doomed] = [await addProduct(app), await addProduct(app)]
  const place = async () =>
    (await app.orders.place({ userId: buyer.id, productId, quantity: 1, idempotencyKey: null })).order.id
  const [orderId, cancelled] = [await place(), await place()]

  type Sample = [status: number, request: InjectOptions, id?: string]
  const samples: Record<string, Sample[]> = {
    getLiveness: [[200, {}]],
    getReadiness: [[200, {}]],
    getIndex: [
      [200, {}],
      [200, { headers: { accept: 'text/html' } }],
    ],
    getMetrics: [
      [200, {}],
      [401, { headers: { forwarded: 'for=203.0.113.1' } }],
    ],
    getPulse: [
      [200, admin],
      [403, buyer],
    ],
    register: [
      [201, { payload: person }],
      [409, { payload: person }],
      [400, { payload: { name: '' } }],
      [400, { payload: '{', headers: { 'content-type': 'application/json' } }],
      [413, { payload: { name: 'x'.repeat(70_000) } }],
      [415, { payload: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ],
    login: [
      [200, { payload: credentials }],
      [200, { payload: { ...credentials, tokens: 'body' } }],
      [401, { payload: { ...credentials, password: 'wrong' } }],
      [400, { payload: {} }],
    ],
    refresh: [
      [200, { cookies }],
      [401, {}],
      [401, { payload: { refreshToken: 'unknown' } }],
      [400, { payload: { refreshToken: 5 } }],
      [403, { cookies, headers: { origin: 'https://evil.example' } }],
    ],
    getMe: [
      [200, buyer],
      [401, {}],
    ],
    listSessions: [
      [200, buyer],
      [401, {}],
    ],
    endSession: [
      [204, leaver, sessionOf(leaver.headers.authorization)],
      [404, buyer, nowhere],
      [401, {}, nowhere],
    ],
    logout: [
      [204, { cookies }],
      [204, {}],
      [204, { payload: { refreshToken: 'unknown' } }],
      [204, { payload: {} }],
      [400, { payload: { refreshToken: 5 } }],
    ],
    listProducts: [
      [200, { query: { limit: '1' } }],
      [200, { query: { page: '1', q: 'mug' } }],
      [400, { query: { limit: '0' } }],
    ],
    createProduct: [
      [201, { ...admin, payload: { name: 'Walnut lamp', price: 19.99, stock: 2 } }],
      [400, { ...admin, payload: { name: 'Walnut lamp', price: 19.999, stock: -2 } }],
      [401, { payload: {} }],
      [403, { ...buyer, payload: {} }],
    ],
    getProduct: [
      [200, {}, productId],
      [304, { headers: { 'if-none-match': '*' } }, productId],
      [404, {}, nowhere],
    ],
    updateProduct: [
      [200, { ...admin, payload: { price: 0.1 } }, productId],
      [412, { headers: { ...admin.headers, 'if-match': '"0"' }, payload: { price: 1 } }, productId],
      [404, { ...admin, payload: { price: 1 } }, nowhere],
    ],
    adjustStock: [
      [200, { ...admin, payload: { delta: 1, reason: 'found' } }, productId],
      [409, { ...admin, payload: { delta: -1_000_000 } }, productId],
      [409, { ...admin, payload: { delta: 1_000_000_000 } }, productId],
      [404, { ...admin, payload: { delta: 1 } }, nowhere],
    ],
    deleteProduct: [
      [204, admin, doomed],
      [404, admin, doomed],
    ],
    placeOrder: [
      [201, { ...buyer, payload: { productId, quantity: 1 } }],
      [201, { headers: { ...buyer.headers, 'idempotency-key': 'k' }, payload: { productId, quantity: 1 } }],
      [422, { headers: { ...buyer.headers, 'idempotency-key': 'k' }, payload: { productId, quantity: 2 } }],
      [409, { ...buyer, payload: { productId, quantity: 10_000 } }],
      [404, { ...buyer, payload: { productId: nowhere, quantity: 1 } }],
      [400, { ...buyer, payload: { quantity: 0 } }],
    ],
    listOrders: [
      [200, { ...admin, query: { scope: 'all', limit: '1' } }],
      [400, { ...buyer, query: { cursor: 'x' } }],
      [403, { ...buyer, query: { scope: 'all' } }],
    ],
    getOrder: [
      [200, buyer, orderId],
      [404, bystander, orderId],
    ],
    changeOrderStatus: [
      [200, { ...admin, payload: { status: 'confirmed' } }, orderId],
      [409, { ...admin, payload: { status: 'delivered' } }, orderId],
      [400, { ...admin, payload: { status: 'lost' } }, orderId],
      [403, { ...buyer, payload: { status: 'shipped' } }, orderId],
    ],
    cancelOrder: [
      [200, buyer, cancelled],
      [409, buyer, orderId],
      [404, buyer, nowhere],
    ],
    listEvents: [
      [200, { ...admin, query: { limit: '1000' } }],
      [400, { ...admin, query: { after: '-1' } }],
      [403, buyer],
    ],
  }

  const faultsOf = createConformance()
  for (const operation of await operationsOf(app)) {
    const { operationId, method, path } = operation
    t.ok(samples[operationId], `${operationId} has a sample`)
    for (const [status, { headers, payload, query, cookies }, id = ''] of samples[operationId] ?? []) {
      const url = path.replace('{id}', id)
      const answer = await app.inject({ method, url, headers, payload, query, cookies })
      t.equal(answer.statusCode, status, `${operationId} ${status}`, { body: answer.body })
      t.same(faultsOf(operation, answer), [], `${operationId} ${status} is as described`)
    }
  }
})

/** The id of the session that the token in `authorization` belongs to. */
function sessionOf(authorization: string): string {
  const [, payload = ''] = authorization.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).sid
}
