import t from 'tap'
import type { AuditEntryView } from '../../../src/contract/audit.js'
import { build, faultyPaths, signIn } from '../../helpers/app.js'
import { addProduct } from '../../helpers/books.js'

const ada = { name: 'Ada Lovelace', email: 'ada@shop.test', password: 'correct horse' }

t.test('changes of users, keys, products and statuses are recorded with who made them', async (t) => {
  const app = await build(t)
  const admin = await signIn(app, 'admin')
  const send = async (
    method: 'POST' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
    headers: object = admin.headers,
  ) => {
    const answer = await app.inject({ method, url, headers: { ...headers }, ...(payload && { payload }) })
    t.ok(answer.statusCode < 300, `${method} ${url}: ${answer.statusCode} ${answer.body}`)
    return answer.body ? answer.json() : undefined
  }
  const user = await send('POST', '/auth/register', ada)
  await send('PATCH', `/users/${user.id}`, { role: 'staff', name: 'Ada King' })
  await send('PATCH', `/users/${user.id}`, { role: 'staff' })
  await send('POST', `/users/${user.id}/unlock`)
  await send('DELETE', `/users/${user.id}/sessions`)
  await send('PATCH', `/users/${user.id}`, { disabled: true })
  await send('PATCH', `/users/${user.id}`, { disabled: false })
  const signedIn = await send(
    'POST',
    '/auth/login',
    { email: ada.email, password: ada.password, tokens: 'body' },
    {},
  )
  const own = { authorization: `Bearer ${signedIn.accessToken}` }
  const passwords = { currentPassword: ada.password, newPassword: 'nine lamps and a ladder' }
  await send('POST', '/auth/password', passwords, own)

  const key = await send('POST', '/api-keys', { name: "Ada's laptop", scopes: ['products:write'] })
  await send('POST', `/api-keys/${key.id}/rotate`, { overlapSeconds: 60 })
  const program = { authorization: `Bearer ${key.key}` }
  const product = await send('POST', '/products', { name: 'Lamp', price: 19.99, stock: 5 }, program)
  await send('PATCH', `/products/${product.id}`, { name: 'Lamp', price: 18, stock: 7 }, program)
  await send('PATCH', `/products/${product.id}`, { price: 18 }, program)
  await send(
    'POST',
    `/products/${product.id}/stock-adjustments`,
    { delta: -2, reason: 'Ada broke two' },
    program,
  )
  const order = await send('POST', '/orders', { productId: product.id, quantity: 1 })
  await send('PATCH', `/orders/${order.id}`, { status: 'confirmed' })
  await send('POST', `/orders/${order.id}/cancel`)
  await send('POST', `/orders/${order.id}/cancel`)
  await send('DELETE', `/products/${product.id}`)
  await send('DELETE', `/api-keys/${key.id}`)

  const answer = await app.inject({ url: '/audit?limit=100', headers: admin.headers })
  const items = answer.json<{ items: AuditEntryView[] }>().items.toReversed()
  const userId = user.id
  t.same(
    items.map(({ action, subject, details, actor }) => [action, subject.id, actor.id, details]),
    [
      ['user.role-changed', userId, admin.id, { role: { before: 'customer', after: 'staff' } }],
      ['user.renamed', userId, admin.id, {}],
      ['user.unlocked', userId, admin.id, {}],
      ['user.sessions-ended', userId, admin.id, {}],
      ['user.disabled', userId, admin.id, {}],
      ['user.enabled', userId, admin.id, {}],
      ['user.password-changed', userId, userId, {}],
      ['key.created', key.id, admin.id, { scopes: ['products:write'], expiresAt: null }],
      ['key.rotated', key.id, admin.id, { overlapSeconds: 60 }],
      ['product.created', product.id, key.id, { price: 19.99, stock: 5 }],
      [
        'product.updated',
        product.id,
        key.id,
        { price: { before: 19.99, after: 18 }, stock: { before: 5, after: 7 } },
      ],
      ['product.stock-adjusted', product.id, key.id, { stock: { before: 7, after: 5 } }],
      ['order.status-changed', order.id, admin.id, { status: { before: 'pending', after: 'confirmed' } }],
      ['order.status-changed', order.id, admin.id, { status: { before: 'confirmed', after: 'cancelled' } }],
      ['product.deleted', product.id, admin.id, {}],
      ['key.deleted', key.id, admin.id, {}],
    ],
  )
  for (const { action, subject, requestId } of items) {
    t.ok(action.startsWith(`${subject.type}.`))
    t.type(requestId, 'string')
  }
  t.match(items[9], { actor: { type: 'key', name: "Ada's laptop" } })
  const rows = JSON.stringify(await app.db.read.auditEntry.findMany())
  t.notMatch(rows, /Ada|broke|shop\.test|sk_stockroom|horse|ladder|\$2b/, 'no names, free texts or secrets')
})

t.test('a refused change is not recorded', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app, 'admin')
  const productId = await addProduct(app, { stock: 1 })
  const refused = await app.inject({
    method: 'POST',
    url: `/products/${productId}/stock-adjustments`,
    headers,
    payload: { delta: -2 },
  })
  t.equal(refused.statusCode, 409)
  t.equal(await app.db.read.auditEntry.count(), 0)
})

t.test('admins read the trail; staff, customers and keys do not', async (t) => {
  const app = await build(t)
  const admin = await signIn(app, 'admin')
  const { key } = await app.apiKeys.create(
    { name: 'Events', scopes: ['events:read', 'users:write'] },
    admin.id,
  )
  const read = (headers: object, query = '') => app.inject({ url: `/audit${query}`, headers: { ...headers } })
  t.equal((await read({})).statusCode, 401)
  for (const headers of [
    (await signIn(app)).headers,
    (await signIn(app, 'staff')).headers,
    { authorization: `Bearer ${key}` },
  ])
    t.equal((await read(headers)).statusCode, 403)
  t.match((await read(admin.headers, `?actor=${admin.id}&from=2026-01-01T00:00:00Z`)).json(), {
    items: [{ action: 'key.created', actor: { id: admin.id, name: 'admin' } }],
    nextCursor: null,
  })
  t.same((await read(admin.headers, '?to=2020-01-01T00:00:00Z')).json(), { items: [], nextCursor: null })
  const faulty = await read(admin.headers, '?from=yesterday&to=x&limit=101&cursor=x')
  t.same(faultyPaths(faulty), ['from', 'limit', 'to'])
  t.same(faultyPaths(await read(admin.headers, '?cursor=x')), ['cursor'])
})
