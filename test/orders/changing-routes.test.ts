import t from 'tap'
import { newId } from '../../src/ids.js'
import { build, faultyPaths, signIn } from '../helpers/app.js'
import { addProduct, auditBooks } from '../helpers/books.js'
import { order, stockOf } from '../helpers/orders.js'
import { shop } from '../helpers/shop.js'

t.test('an order is read and changed by its version', async (t) => {
  const { app, call } = await shop(t)
  const ann = await signIn(app)
  const productId = await addProduct(app)
  const { id } = (await order(app, ann.headers, { productId, quantity: 2 })).json()
  const get = (headers: Record<string, string> = {}) => call('GET', `/orders/${id}`, undefined, headers)
  const change = (payload: object, etag?: string) =>
    call('PATCH', `/orders/${id}`, payload, etag === undefined ? {} : { 'if-match': etag })

  const first = await get()
  const etag = String(first.headers.etag)
  t.match(etag, /^"[0-9a-z]+-\d+"$/)
  const held = await get({ 'if-none-match': etag })
  t.match([held.statusCode, held.body, held.headers.etag], [304, '', etag])
  t.equal((await get({ 'if-none-match': '"other"' })).statusCode, 200)

  const noted = await change({ note: 'Ring twice' }, etag)
  t.match(noted.json(), { ...first.json(), note: 'Ring twice', updatedAt: String })
  t.not(noted.headers.etag, etag)
  t.match((await change({ status: 'confirmed' }, etag)).json(), {
    type: '/problems/precondition-failed',
    status: 412,
  })
  t.equal((await change({ status: 'confirmed' }, 'unreadable')).statusCode, 412)
  t.equal((await get()).json().status, 'pending')
  t.equal((await get()).headers.etag, noted.headers.etag)
  const confirmed = await change({ status: 'confirmed', note: null }, String(noted.headers.etag))
  t.match(confirmed.json(), { status: 'confirmed', note: null })
  t.equal((await change({ status: 'shipped' }, '*')).statusCode, 200)
  t.equal((await get({ 'if-none-match': etag })).statusCode, 200)
})

t.test('an order that has changed is not cancelled, and one that is cancelled stays so', async (t) => {
  const { app, call, admin } = await shop(t)
  const productId = await addProduct(app)
  const placed = (await order(app, admin, { productId, quantity: 2 })).json()
  const cancel = (etag: unknown) =>
    call('POST', `/orders/${placed.id}/cancel`, undefined, { 'if-match': String(etag) })
  const read = await call('GET', `/orders/${placed.id}`)
  const noted = await call('PATCH', `/orders/${placed.id}`, { note: 'Ring twice' })
  t.match((await cancel(read.headers.etag)).json(), { status: 412, type: '/problems/precondition-failed' })
  t.equal(await stockOf(app, productId), 98)
  const cancelled = await cancel(noted.headers.etag)
  t.match(cancelled.json(), { status: 'cancelled', note: 'Ring twice' })
  t.same((await cancel(noted.headers.etag)).json(), cancelled.json())
  t.equal(await stockOf(app, productId), 100)
  t.same(await auditBooks(app.db), [])
})

t.test('a change without members, or with a note that shows nothing, is refused', async (t) => {
  const { app, call, admin } = await shop(t)
  const productId = await addProduct(app)
  const { id } = (await order(app, admin, { productId, quantity: 2 })).json()
  for (const body of [
    {},
    { note: '' },
    { note: ' ' },
    { note: 'a\u0000' },
    { note: 'x'.repeat(501) },
    { note: 5 },
    { stock: 1 },
  ]) {
    const answer = await call('PATCH', `/orders/${id}`, body)
    t.equal(answer.statusCode, 400, JSON.stringify(body).slice(0, 40))
    if ('note' in body) t.ok(faultyPaths(answer).includes('note'))
  }
  t.equal((await call('PATCH', `/orders/${id}`, { note: '🎁'.repeat(500) })).json().note, '🎁'.repeat(500))
  t.equal((await call('PATCH', '/orders/nonsense', { note: 'x' })).statusCode, 404)
})

t.test('the history shows customers their own changes, and those of the shop without names', async (t) => {
  const { app, call, admin, adminId } = await shop(t, { shopName: 'Lamps & Co' })
  const [ann, staff, bob] = [await signIn(app), await signIn(app, 'staff'), await signIn(app)]
  const { key, id: keyId } = await app.apiKeys.create(
    { name: 'Picker', scopes: ['orders:write', 'orders:read'] },
    adminId,
  )
  const productId = await addProduct(app)
  const { id, createdAt, userId } = (await order(app, ann.headers, { productId, quantity: 2 })).json()
  await call('PATCH', `/orders/${id}`, { note: 'Ring twice' }, staff.headers)
  await call('PATCH', `/orders/${id}`, { note: null }, staff.headers)
  await call('PATCH', `/orders/${id}`, { note: 'Ring' }, staff.headers)
  await call(
    'PATCH',
    `/orders/${id}`,
    { status: 'confirmed', note: null },
    { authorization: `Bearer ${key}` },
  )
  await call('POST', `/orders/${id}/cancel`)
  const history = async (headers: Record<string, string>) =>
    call('GET', `/orders/${id}/history`, undefined, headers)
  const own = { type: 'user', id: userId, name: 'customer' }
  const whole = (await history(admin)).json().items
  t.match(whole, [
    { at: createdAt, status: 'pending', actor: own },
    { status: 'pending', actor: { type: 'user', id: staff.id, name: 'staff' }, note: 'Ring twice' },
    { status: 'pending', actor: { type: 'user', id: staff.id, name: 'staff' }, note: null },
    { status: 'pending', note: 'Ring' },
    { status: 'confirmed', actor: { type: 'key', id: keyId, name: 'Picker' }, note: null },
    { status: 'cancelled', actor: { type: 'user', id: adminId, name: 'admin' } },
  ])
  t.same((await history({ authorization: `Bearer ${key}` })).json().items, whole)
  t.same((await history(staff.headers)).json().items, whole)
  const shown = (await history(ann.headers)).json().items
  const anonymous = (type: string) => ({ type, id: null, name: 'Lamps & Co' })
  t.same(
    shown.map(({ actor }: { actor: object }) => actor),
    [own, ...['user', 'user', 'user', 'key', 'user'].map(anonymous)],
  )
  t.notOk('note' in whole[5], 'a change that is not about the note')
  t.equal((await history(bob.headers)).statusCode, 404)
  t.equal((await call('GET', `/orders/${newId()}/history`)).statusCode, 404)
  await app.db.write((tx) =>
    tx.orderChange.updateMany({ where: { orderId: id, status: 'pending', note: '' }, data: { note: null } }),
  )
  t.same(
    (await history(admin)).json().items,
    whole,
    'an earlier version recorded the removal as a change of nothing',
  )
  await app.users.erase(ann.id)
  t.match((await history(admin)).json().items[0], { actor: { id: userId, name: 'Deleted user' } })
})

t.test('an order that an earlier version changed shows the status that it has', async (t) => {
  const { app, call, admin } = await shop(t)
  const productId = await addProduct(app)
  const { id } = (await order(app, admin, { productId, quantity: 2 })).json()
  const updatedAt = new Date()
  await app.db.write((tx) => tx.order.update({ where: { id }, data: { status: 'shipped', updatedAt } }))
  const { items } = (await call('GET', `/orders/${id}/history`)).json()
  t.match(items, [
    { status: 'pending' },
    { at: updatedAt.toISOString(), status: 'shipped', actor: { type: 'system', id: null, name: 'System' } },
  ])
  t.equal(items.length, 2)
})

t.test('a thousand statuses at once, each on its own, in a body that fits', async (t) => {
  const app = await build(t)
  const [staff, ann] = [await signIn(app, 'staff'), await signIn(app)]
  const productId = await addProduct(app, { stock: 5_000 })
  const place = () => app.orders.place({ userId: ann.id, productId, quantity: 2, idempotencyKey: null })
  const placed = await Promise.all(Array.from({ length: 999 }, place))
  const ids = placed.map(({ order: { id } }) => id)
  ids.splice(500, 0, 'no-such-order')
  const send = (payload: object, { headers } = staff) =>
    app.inject({ method: 'POST', url: '/orders/status', headers, payload })
  const confirmed = await send({ ids, status: 'confirmed' })
  t.equal(confirmed.statusCode, 200)
  const { items } = confirmed.json()
  t.same(
    items.map(({ id }: { id: string }) => id),
    ids,
  )
  t.match(items[500], {
    status: 404,
    problem: { type: '/problems/not-found', status: 404, instance: String },
  })
  t.equal(
    items.filter(
      ({ status, order }: { status: number; order?: { status: string } }) =>
        status === 200 && order?.status === 'confirmed',
    ).length,
    999,
  )
  const again = (await send({ ids: ids.slice(0, 2), status: 'confirmed' })).json().items
  t.match(again[0], {
    status: 409,
    problem: { type: '/problems/invalid-transition', from: 'confirmed', to: 'confirmed' },
  })
  t.notOk('order' in again[0])
  t.equal((await send({ ids, status: 'cancelled' })).statusCode, 200)
  t.equal(await stockOf(app, productId), 5_000)
  t.same(await auditBooks(app.db), [])

  const [one = ''] = ids
  for (const [payload, path] of [
    [{ ids: [], status: 'shipped' }, 'ids'],
    [{ ids: [one, one], status: 'shipped' }, 'ids'],
    [{ ids: [...ids, 'one too many'], status: 'shipped' }, 'ids'],
    [{ ids: [one, 5], status: 'shipped' }, 'ids.1'],
    [{ ids: [one], status: 'lost' }, 'status'],
  ] as const) {
    const answer = await send(payload)
    t.equal(answer.statusCode, 400)
    t.same(faultyPaths(answer), [path])
  }
  t.equal((await send({ ids: [one], status: 'shipped' }, ann)).statusCode, 403)
})

t.test('a change that is repeated with its key gets the first answer', async (t) => {
  const { app, call, admin } = await shop(t)
  const productId = await addProduct(app)
  const { id } = (await order(app, admin, { productId, quantity: 2 })).json()
  const { checkout } = await app.orders.checkout({
    userId: (await signIn(app)).id,
    lines: [{ productId, quantity: 1 }],
    idempotencyKey: null,
  })
  for (const [method, url, payload] of [
    ['PATCH', `/orders/${id}`, { status: 'confirmed' }],
    ['POST', '/orders/status', { ids: [id], status: 'cancelled' }],
    ['POST', `/orders/${id}/cancel`, undefined],
    ['PATCH', `/checkouts/${checkout.id}`, { status: 'confirmed' }],
    ['POST', `/checkouts/${checkout.id}/cancel`, undefined],
  ] as const) {
    const send = () => call(method, url, payload, { 'idempotency-key': `${method} ${url}` })
    const [first, second] = [await send(), await send()]
    t.equal(first.statusCode, 200, `${method} ${url}`)
    t.equal(first.headers['idempotent-replayed'], undefined)
    t.match(second, { statusCode: 200, body: first.body, headers: { 'idempotent-replayed': 'true' } })
    t.equal(second.headers.etag, first.headers.etag)
  }
  t.equal(await stockOf(app, productId), 100)
})

t.test('an order expires while the server runs, and the metrics count it', async (t) => {
  const { app, call, admin } = await shop(t)
  const productId = await addProduct(app, { stock: 10 })
  const { id } = (await order(app, admin, { productId, quantity: 2 })).json()
  const head = await app.eventLog.head()
  const expiresAt = new Date(Date.now() + 300)
  await app.db.write((tx) => tx.order.update({ where: { id }, data: { expiresAt } }))
  while ((await call('GET', `/orders/${id}`)).json().status === 'pending')
    await new Promise((resolve) => setTimeout(resolve, 20))
  const { updatedAt } = (await call('GET', `/orders/${id}`)).json()
  t.ok(updatedAt >= expiresAt.toISOString(), 'not before its time')
  t.equal(await stockOf(app, productId), 10)
  t.match(await app.eventLog.read(head, 10), [
    { type: 'order:updated', data: { id, status: 'cancelled', expiresAt: null, cause: 'expired' } },
    { type: 'stock:changed', data: { productId, stock: 10 } },
  ])
  t.match((await app.inject('/metrics')).body, /^orders_expired_total 1$/m)
})
