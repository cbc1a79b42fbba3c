import { setTimeout as sleep } from 'node:timers/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import { io } from 'socket.io-client'
import t, { type Test } from 'tap'
import { openStream } from '../../src/client/index.js'
import type { AnyEvent } from '../../src/contract/events.js'
import { type Person, type StockroomOptions, stockroom } from '../../src/index.js'
import { databaseOf } from '../helpers/database.js'
import { docsFile } from '../helpers/docs-files.js'
import { folderOf } from '../helpers/folder.js'

const ADMIN = { email: 'boss@shop.test', password: 'walnut desk lamp' }
const json = { 'content-type': 'application/json' }

/** Settings of a shop in the folder `name` of the test. */
async function settingsOf(t: Test, dir: string, name: string) {
  return {
    DATABASE_URL: await databaseOf(t, `${dir}/${name}`, 'shop.db'),
    BCRYPT_COST: '4',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    RATE_LIMIT_MAX: '0',
    AUTH_RATE_LIMIT_MAX: '0',
  }
}

/** Listens with shops by prefix beside a route of the host's own. */
async function host(t: Test, shops: Record<string, StockroomOptions>) {
  const app: FastifyInstance = Fastify()
  app.get('/hello', async () => ({ hello: 'host' }))
  app.post('/echo', async (request) => request.body)
  for (const [prefix, options] of Object.entries(shops)) await app.register(stockroom, { prefix, ...options })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(() => app.close())
  const call = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(url + path, {
      method,
      headers: { ...headers, ...(body && json) },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : undefined }
  }
  /** Signs the admin of a shop in, and adds a product. */
  const open = async (prefix: string, stock = 10) => {
    const signedIn = await call('POST', `${prefix}/auth/login`, ADMIN)
    const admin = { authorization: `Bearer ${signedIn.body.accessToken}` }
    const made = await call('POST', `${prefix}/products`, { name: 'Lamp', price: 20, stock }, admin)
    return { admin, signedIn, made, productId: made.body.id as string }
  }
  return { app, url, call, open }
}

t.test('two shops run beside the routes of the host, apart from it and from each other', async (t) => {
  const dir = folderOf(t, ['one', 'two'])
  const { app, url, call, open } = await host(t, {
    '/one': { settings: await settingsOf(t, dir, 'one') },
    '/two': { settings: { ...(await settingsOf(t, dir, 'two')), SHOP_NAME: 'Two' } },
  })
  t.match(await call('GET', '/hello'), { status: 200, body: { hello: 'host' } })
  t.match(await call('POST', '/echo', { a: 1 }), { status: 200, body: { a: 1 } })
  t.match((await call('GET', '/none')).body, { error: 'Not Found' }, 'errors of the host are its own')
  t.match(await call('GET', '/one/none'), { status: 404, body: { type: '/problems/not-found' } })
  t.notOk(app.hasDecorator('db') || app.hasDecorator('orders'))

  const { admin, signedIn, made, productId } = await open('/one')
  t.equal(made.headers.get('location'), `/one/products/${productId}`)
  t.match(
    signedIn.headers.getSetCookie().map((line) => /Path=[^;]*/.exec(line)?.[0]),
    ['Path=/one', 'Path=/one/auth'],
  )
  const ordered = await call('POST', '/one/orders', { productId, quantity: 3 }, admin)
  t.match(ordered, { status: 201, body: { quantity: 3 } })
  t.equal(ordered.headers.get('location'), `/one/orders/${ordered.body.id}`)
  t.match((await call('GET', `/one/products/${productId}`)).body, { stock: 7 })
  t.equal((await call('GET', `/two/products/${productId}`)).status, 404)
  t.equal((await call('GET', '/two/auth/me', undefined, admin)).status, 401)
  t.match((await call('GET', '/two/config')).body, { shop: 'Two' })
  t.match((await call('GET', '/two')).body, { name: 'stockroom', links: { docs: '/two/docs' } })
  t.match((await call('GET', '/one/docs/json')).body, { servers: [{ url: '/one' }] })
  const html = await (await fetch(`${url}/one/docs`)).text()
  const script = await fetch(url + docsFile(html, 'page.js'))
  t.match(script, { status: 200 }, 'the page at /docs finds its files')
  t.match((await call('GET', '/one/docs/asyncapi.json')).body.servers, {
    http: { pathname: '/one' },
    socketio: { pathname: '/one/socket.io' },
  })
  t.match(await call('POST', '/one/orders', { productId, quantity: 1, x: 1 }, admin), {
    status: 400,
    body: { errors: [{ path: 'x' }] },
  })

  for (const transports of [['websocket'], ['polling']]) {
    const socket = io(`${url}/inventory`, { path: '/one/socket.io', transports, forceNew: true })
    t.teardown(() => socket.close())
    await new Promise<void>((resolve, reject) => {
      socket.once('stream:ready', () => resolve())
      socket.once('connect_error', reject)
    })
    const changed = new Promise<AnyEvent>((resolve) => socket.once('stock:changed', resolve))
    await call('POST', '/one/orders', { productId, quantity: 1 }, admin)
    t.match(await changed, { type: 'stock:changed', data: { productId } })
  }
  const onReset = () => void call('POST', '/one/orders', { productId, quantity: 1 }, admin)
  for await (const event of openStream(`${url}/one`, { namespace: '/inventory', onReset })) {
    t.match(event, { type: 'stock:changed', data: { productId } }, 'the client finds a shop below a prefix')
    break
  }
  await app.close()
})

t.test('people whom the host has signed in have accounts in the shop', async (t) => {
  const dir = folderOf(t, ['shop'])
  const people: Record<string, Person> = {
    ada: { email: ' Ada@Host.test', name: 'Ada' },
    eve: { email: 'eve@host.test', name: 'Eve', role: 'admin' },
  }
  const { call } = await host(t, {
    '/shop': {
      settings: await settingsOf(t, dir, 'shop'),
      authenticate: (request) => people[String(request.headers['x-who'])],
    },
  })
  const as = (who: string) => ({ 'x-who': who })
  const made = await call('POST', '/shop/products', { name: 'Lamp', price: 20, stock: 5 }, as('eve'))
  t.equal(made.status, 201)
  const all = await Promise.all(
    Array.from({ length: 5 }, () =>
      call('POST', '/shop/orders', { productId: made.body.id, quantity: 1 }, as('ada')),
    ),
  )
  t.same(
    all.map(({ status }) => status),
    Array(5).fill(201),
  )
  t.equal(new Set(all.map(({ body }) => body.userId)).size, 1)
  t.match((await call('GET', '/shop/auth/me', undefined, as('ada'))).body, {
    email: 'ada@host.test',
    role: 'customer',
  })
  t.equal((await call('POST', '/shop/products', { name: 'x', price: 1, stock: 1 }, as('ada'))).status, 403)
  t.equal((await call('GET', '/shop/auth/me', undefined, as('nobody'))).status, 401)

  people.ada = { email: 'ada@host.test', name: 'Ada', role: 'staff' }
  t.match((await call('GET', '/shop/auth/me', undefined, as('ada'))).body, { role: 'staff' })
  const { items } = (await call('GET', '/shop/users?q=eve', undefined, as('eve'))).body
  t.equal(items.length, 1)
  const id = (await call('GET', '/shop/auth/me', undefined, as('ada'))).body.id
  await call('PATCH', `/shop/users/${id}`, { disabled: true }, as('eve'))
  while ((await call('GET', '/shop/auth/me', undefined, as('ada'))).status !== 401) await sleep(20)
})

t.test('who registered the address of a person before gets nothing of their account', async (t) => {
  const dir = folderOf(t, ['shop'])
  const grace: Person = { email: 'grace@host.test', name: 'Grace', role: 'admin' }
  const { call } = await host(t, {
    '/shop': {
      settings: await settingsOf(t, dir, 'shop'),
      authenticate: (request) => (request.headers['x-who'] === 'grace' ? grace : undefined),
    },
  })
  const stranger = { email: grace.email, password: 'walnut desk lamp' }
  t.equal((await call('POST', '/shop/auth/register', { ...stranger, name: 'Stranger' })).status, 201)
  const signIn = () => call('POST', '/shop/auth/login', { ...stranger, tokens: 'body' })
  const { accessToken, refreshToken } = (await signIn()).body
  t.ok(refreshToken)

  const headers = { 'x-who': 'grace' }
  t.match((await call('GET', '/shop/auth/me', undefined, headers)).body, {
    role: 'admin',
    emailVerified: true,
  })
  t.equal((await signIn()).status, 401, 'the password')
  t.equal((await call('POST', '/shop/auth/refresh', { refreshToken })).status, 401, 'the refresh token')
  const bearer = { authorization: `Bearer ${accessToken}` }
  t.equal((await call('GET', '/shop/auth/me', undefined, bearer)).status, 401, 'the access token')
})

t.test('a rule sets prices and refuses orders, before they are placed', async (t) => {
  const dir = folderOf(t, ['shop'])
  const seen: AnyEvent[] = []
  const { call, open } = await host(t, {
    '/shop': {
      settings: await settingsOf(t, dir, 'shop'),
      beforeOrder({ quantity, product }) {
        if (quantity === 7) throw new Error('a fault of the rule')
        if (quantity === 8) return { price: Number.NaN }
        if (quantity > 5) return { refuse: 'At most five to a customer.', code: 'too-many' }
        return quantity >= 3 ? { price: product.price * 0.89999 } : undefined
      },
      onEvents: (events) => seen.push(...events),
    },
  })
  const { admin, productId } = await open('/shop', 100)
  const order = (quantity: number) => call('POST', '/shop/orders', { productId, quantity }, admin)
  t.match(await order(1), { status: 201, body: { unitPrice: 20, totalPrice: 20 } })
  t.match(await order(3), { status: 201, body: { unitPrice: 18, totalPrice: 54 } })
  t.match(await order(6), {
    status: 409,
    body: {
      type: '/problems/order-refused',
      detail: 'At most five to a customer.',
      productId,
      reason: 'too-many',
    },
  })
  // Each in a batch with one that is sound.
  const [thrown, priced, sound] = await Promise.all([order(7), order(8), order(1)])
  t.match([thrown.status, priced.status, sound.status], [500, 500, 201])
  const items = (quantity: number) => ({ items: [{ productId, quantity }] })
  t.match(await call('POST', '/shop/checkouts', items(4), admin), { status: 201, body: { totalPrice: 72 } })
  t.match(await call('POST', '/shop/checkouts', items(6), admin), {
    status: 409,
    body: { reason: 'too-many' },
  })
  t.match((await call('GET', `/shop/products/${productId}`)).body, { stock: 100 - 1 - 3 - 1 - 4 })

  while (
    !seen.some(({ type, data }) => type === 'order:created' && 'totalPrice' in data && data.totalPrice === 72)
  )
    await sleep(20)
  const offsets = seen.map(({ offset }) => offset)
  t.same(
    offsets,
    offsets.toSorted((a, b) => a - b),
  )
})

t.test('invalid settings keep the host from starting, and name what is wrong', async (t) => {
  t.testdir()
  const app = Fastify()
  t.teardown(() => app.close())
  app.register(stockroom, { prefix: '/shop', settings: { PORT: '70000', LOG_LEVEL: 'loud' } })
  await t.rejects(async () => app.ready(), { message: /PORT must be[\s\S]*LOG_LEVEL must be one of/ })
})
