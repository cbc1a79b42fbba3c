import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { newKey } from '../../../src/accounts/api-keys/key-format.js'
import { buildApp } from '../../../src/app.js'
import type { Config } from '../../../src/config.js'
import type { Scope } from '../../../src/contract/api-key.js'
import { build, noRateLimits, signIn } from '../../helpers/app.js'
import { addProduct } from '../../helpers/books.js'
import type { App } from '../../helpers/open-nodes.js'
import { listen, open } from '../../helpers/sockets.js'

async function setup(t: Test, changes: Partial<Config> = noRateLimits) {
  const app = await build(t, changes)
  const admin = await signIn(app, 'admin')
  const call = (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
    authorization = admin.headers.authorization,
  ) => app.inject({ method, url, headers: { authorization }, ...(payload && { payload }) })
  const make = async (...scopes: Scope[]) => {
    const answer = await call('POST', '/api-keys', { name: 'Scanner', scopes })
    const { id, key } = answer.json()
    return { id, key: String(key), bearer: `Bearer ${key}`, answer }
  }
  return { app, admin, call, make }
}

t.test('a key is shown once, and used as a bearer token', async (t) => {
  const { call, make } = await setup(t)
  const { id, key, bearer, answer } = await make('events:read')
  t.equal(answer.statusCode, 201)
  t.match(answer.json(), { id, name: 'Scanner', scopes: ['events:read'], lastUsedAt: null, expiresAt: null })
  t.equal((await call('GET', '/events', undefined, bearer)).statusCode, 200)
  const list = await call('GET', '/api-keys')
  t.match(list.json(), { items: [{ id, prefix: key.slice(0, 17) }] })
  t.notMatch(list.body, key)
  for (const wrong of [`${bearer}x`, bearer.slice(0, -1), 'Bearer sk_', `${bearer} ${key}`])
    t.match((await call('GET', '/events', undefined, wrong)).json(), { status: 401 }, wrong)
  const good = { name: 'Scanner', scopes: ['events:read'] }
  for (const payload of [
    {},
    { ...good, name: '' },
    { ...good, scopes: [] },
    { ...good, scopes: ['events:read', 'events:read'] },
    { ...good, scopes: ['admin'] },
    { ...good, expiresAt: 'soon' },
    { ...good, expiresAt: '2020-01-01T00:00:00.000Z' },
    { ...good, expiresAt: '9999-12-31T23:59:59-23:59' },
    { ...good, expiresAt: '2050-06-30T23:59:60Z' },
    { ...good, key: 'sk_chosen' },
  ])
    t.equal((await call('POST', '/api-keys', payload)).statusCode, 400, JSON.stringify(payload))
})

t.test('a key acts as itself: it has no account, and places no orders', async (t) => {
  const { app, admin, call, make } = await setup(t)
  const { id, bearer } = await make('orders:read', 'orders:write', 'products:write', 'users:read')
  const productId = await addProduct(app)
  const { order } = await app.orders.place({ userId: admin.id, productId, quantity: 1, idempotencyKey: null })

  t.equal((await call('POST', '/orders', { productId, quantity: 1 }, bearer)).statusCode, 403)
  for (const url of ['/auth/me', '/auth/sessions', '/api-keys', '/events'])
    t.equal((await call('GET', url, undefined, bearer)).statusCode, 403, url)
  t.match(
    (await call('GET', '/orders', undefined, bearer)).json(),
    { items: [{ id: order.id }] },
    'of everybody',
  )
  t.equal((await call('PATCH', `/orders/${order.id}`, { status: 'confirmed' }, bearer)).statusCode, 200)
  t.equal((await call('POST', '/auth/logout', undefined, bearer)).statusCode, 204, 'does nothing')

  const adjustment = await call('POST', `/products/${productId}/stock-adjustments`, { delta: 3 }, bearer)
  t.equal(adjustment.statusCode, 200)
  const booked = await app.db.read.stockAdjustment.findMany({ where: { productId, keyId: id } })
  t.match(booked, [{ userId: admin.id, delta: 3n }])
  await app.apiKeys.lastUsed.flush()
  t.match((await call('GET', '/api-keys')).json(), { items: [{ lastUsedAt: /Z$/ }] })
})

t.test('a deleted key is refused, and its sockets end', async (t) => {
  const { app, call, make } = await setup(t)
  const url = await listen(app)
  const { id, key, bearer } = await make('events:read')
  const client = open(t, `${url}/admin`, { token: key })
  await client.ready()
  const gone = new Promise((resolve) => client.socket.once('session:ended', resolve))
  t.equal((await call('DELETE', `/api-keys/${id}`)).statusCode, 204)
  t.match(await gone, { code: 'unauthorized' })
  t.equal((await call('GET', '/events', undefined, bearer)).statusCode, 401)
  t.equal((await call('DELETE', `/api-keys/${id}`)).statusCode, 404)
})

t.test('sockets take keys with the scope events:read, in /admin alone', async (t) => {
  const { app, call, make } = await setup(t)
  const url = await listen(app)
  const [reader, other] = [await make('events:read'), await make('orders:read')]
  const client = open(t, `${url}/admin`, { token: reader.key })
  await client.ready()
  const productId = await addProduct(app)
  await call('POST', `/products/${productId}/stock-adjustments`, { delta: 3 })
  await client.until(() => client.events.length > 0)
  const refusal = (namespace: string, token: string) =>
    new Promise((resolve) => open(t, `${url}${namespace}`, { token }).socket.once('connect_error', resolve))
  t.match(await refusal('/admin', other.key), { data: { code: 'forbidden' } })
  t.match(await refusal('/', reader.key), { data: { code: 'forbidden' } })
  t.match(await refusal('/admin', `${reader.key}x`), { data: { code: 'unauthorized' } })

  const closed = new Promise((resolve) => client.socket.once('disconnect', resolve))
  const rotated = (await call('POST', `/api-keys/${reader.id}/rotate`, { overlapSeconds: 60 })).json()
  t.equal(await closed, 'transport close', 'clients reconnect after it')
  for (const token of [reader.key, rotated.key]) await open(t, `${url}/admin`, { token }).ready()
  t.equal((await call('GET', '/events', undefined, `Bearer ${rotated.key}`)).statusCode, 200)
  t.equal((await call('GET', '/events', undefined, reader.bearer)).statusCode, 200)
  await call('POST', `/api-keys/${reader.id}/rotate`, { overlapSeconds: 0 })
  t.equal((await call('GET', '/events', undefined, reader.bearer)).statusCode, 401)
  t.equal((await call('GET', '/events', undefined, `Bearer ${rotated.key}`)).statusCode, 401)
})

t.test('keys end with the rights of the admin who made them, and return with them', async (t) => {
  const { app, call } = await setup(t)
  const maker = await signIn(app, 'admin')
  const made = await call(
    'POST',
    '/api-keys',
    { name: 'A', scopes: ['events:read'] },
    maker.headers.authorization,
  )
  const bearer = `Bearer ${made.json().key}`
  const status = async () => (await call('GET', '/events', undefined, bearer)).statusCode
  t.equal(await status(), 200)
  await call('PATCH', `/users/${maker.id}`, { role: 'staff' })
  t.equal(await status(), 401)
  await call('PATCH', `/users/${maker.id}`, { role: 'admin' })
  t.equal(await status(), 200)
  await call('PATCH', `/users/${maker.id}`, { disabled: true })
  t.equal(await status(), 401)
})

t.test('a new key, and a new secret, are valid at once at another node', async (t) => {
  const { app, admin, call, make } = await setup(t)
  const other = buildApp(app.config)
  t.teardown(() => other.close())
  await other.ready()
  const statusAt = async (node: App, authorization: string) =>
    (await node.inject({ url: '/events', headers: { authorization } })).statusCode
  for (let i = 0; i < 5; i++) {
    const { id, bearer } = await make('events:read')
    t.equal(await statusAt(other, bearer), 200)
    const rotated = (await call('POST', `/api-keys/${id}/rotate`, { overlapSeconds: 0 })).json()
    t.equal(await statusAt(other, `Bearer ${rotated.key}`), 200)
  }
  // Of no process, but with the checksum of a key.
  let looks = 0
  const { $queryRaw } = other.db.read
  other.db.read.$queryRaw = ((...args: Parameters<typeof $queryRaw>) => {
    looks++
    return $queryRaw.apply(other.db.read, args)
  }) as typeof $queryRaw
  const made = Array.from({ length: 200 }, () => statusAt(other, `Bearer ${newKey()}`))
  t.same([...new Set(await Promise.all(made))], [401])
  t.ok(looks > 0 && looks < 20, `${looks} looks for 200 keys that do not exist`)

  // While looks take longer than the keys that do not exist need to arrive.
  other.db.read.$queryRaw = (async (...args: Parameters<typeof $queryRaw>) => {
    await sleep(60)
    return $queryRaw.apply(other.db.read, args)
  }) as typeof $queryRaw
  let flooding = true
  const flood = (async () => {
    const sent: Promise<number>[] = []
    while (flooding) {
      sent.push(statusAt(other, `Bearer ${newKey()}`))
      await sleep(5)
    }
    await Promise.all(sent)
  })()
  await sleep(100)
  t.equal(await statusAt(other, (await make('events:read')).bearer), 200, 'among many that do not exist')
  t.equal(await statusAt(other, `Bearer ${newKey()}`), 401)
  flooding = false
  await flood
  t.equal(await statusAt(other, admin.headers.authorization), 200)
})

t.test('each key has a rate limit of its own, whatever its address', async (t) => {
  const { call, make } = await setup(t, { rateLimitMax: 1_000, apiKeyRateLimitMax: 3 })
  const [a, b] = [await make('events:read'), await make('events:read')]
  for (let i = 0; i < 3; i++) {
    const answer = await call('GET', '/events', undefined, a.bearer)
    t.equal(answer.statusCode, 200)
    t.match(answer.headers['ratelimit-policy'], /^"api-key";q=3;w=60$/)
  }
  t.equal((await call('GET', '/events', undefined, a.bearer)).statusCode, 429)
  t.equal((await call('GET', '/events', undefined, b.bearer)).statusCode, 200)
  const unknown = await call('GET', '/events', undefined, `${a.bearer}x`)
  t.match(unknown.headers['ratelimit-policy'], /^"default"/, 'an unknown key counts for its address')
})
