import t from 'tap'
import { ada, post, withAda } from '../../helpers/ada.js'
import { noRateLimits, signIn } from '../../helpers/app.js'
import { addProduct } from '../../helpers/books.js'

t.test('a user gets all that is kept of them as one document, without secrets', async (t) => {
  const { app, bearer, cookies } = await withAda(t, noRateLimits)
  const { id } = (await app.inject({ url: '/auth/me', headers: bearer })).json()
  const other = await signIn(app, 'admin')
  await app.users.change(id, { role: 'admin' })
  const signedIn = (await post(app, '/auth/login', { email: ada.email, password: ada.password })).json()
  const headers = { authorization: `Bearer ${signedIn.accessToken}` }
  const made = await app.apiKeys.create({ name: 'Scanner', scopes: ['orders:read'] }, id)
  await app.apiKeys.create({ name: "Another's", scopes: ['orders:read'] }, other.id)
  const productId = await addProduct(app, { stock: 1_000_000, price: 250 })
  const place = (userId: string) => app.orders.place({ userId, productId, quantity: 2, idempotencyKey: null })
  const keyed = { userId: id, productId, quantity: 2, idempotencyKey: 'a text of hers' }
  // More than a page.
  const mine = await Promise.all(Array.from({ length: 450 }, () => place(id)))
  mine.push(await app.orders.place(keyed))
  const theirs = await place(other.id)
  const basket = {
    userId: id,
    lines: [{ productId, quantity: 1 }],
    note: 'Ring twice',
    idempotencyKey: 'basket',
  }
  const { checkout } = await app.orders.checkout(basket)
  mine.push(...checkout.orders.map((order) => ({ order, replayed: false })))

  const answer = await app.inject({ url: '/auth/me/export', headers })
  t.equal(answer.statusCode, 200)
  t.match(answer.headers, {
    'content-type': 'application/json; charset=utf-8',
    'content-disposition': 'attachment; filename="account.json"',
    'cache-control': 'no-store',
  })
  const document = answer.json()
  t.match(document, {
    exportedAt: /Z$/,
    profile: { id, name: ada.name, email: ada.email, role: 'admin', disabled: false },
    apiKeys: [{ id: made.id, name: 'Scanner', scopes: ['orders:read'], revokedAt: null }],
    changes: [{ action: 'user.role-changed', details: { role: { before: 'customer', after: 'admin' } } }],
  })
  t.equal(document.apiKeys.length, 1)
  t.equal(document.sessions.length, 2, 'the one of before the change of role too')
  t.match(document.sessions[0], { ip: '127.0.0.1', revokedAt: null })
  t.same(
    document.orders.map((order: { id: string }) => order.id),
    mine.map(({ order }) => order.id).toSorted(),
  )
  t.match(document.orders[0], { userId: id, productId, quantity: 2, unitPrice: 2.5, totalPrice: 5 })
  t.match(document.orders.at(-2), { idempotencyKey: keyed.idempotencyKey })
  t.match(document.orders.at(-1), { note: 'Ring twice', idempotencyKey: null })
  t.match(document.checkouts, [{ id: checkout.id, idempotencyKey: 'basket' }])
  for (const secret of [made.key, ada.password, cookies.refresh_token, theirs.order.id, other.id, '$2b$'])
    t.notOk(answer.body.includes(String(secret)), 'no secret, and nothing of others')
  const { password } = await app.db.read.user.findUniqueOrThrow({ where: { id } })
  t.notOk(answer.body.includes(password))
})

t.test('an account without anything has empty lists, and guests and erased users have none', async (t) => {
  const { app, bearer } = await withAda(t, noRateLimits)
  const document = (await app.inject({ url: '/auth/me/export', headers: bearer })).json()
  t.same([document.apiKeys, document.orders, document.changes], [[], [], []])
  t.equal((await app.inject('/auth/me/export')).statusCode, 401)
  const { id } = document.profile
  t.equal(
    (await app.inject({ url: '/auth/me/export', headers: bearer, query: { page: '2' } })).statusCode,
    400,
  )
  const token = {
    authorization: `Bearer ${app.auth.tokens.sign({ sub: id, role: 'customer', sid: id, mfa: false } as never)}`,
  }
  await app.users.erase(id)
  t.equal((await app.inject({ url: '/auth/me/export', headers: token })).statusCode, 401)
})
