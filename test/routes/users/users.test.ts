import t, { type Test } from 'tap'
import { build, noRateLimits, signIn } from '../../helpers/app.js'
import { addProduct } from '../../helpers/books.js'
import { order } from '../../helpers/orders.js'
import { listen, open, token } from '../../helpers/sockets.js'

const ada = { name: 'Ada Lovelace', email: 'ada@shop.test', password: 'analytical engine' }
const login = { email: ada.email, password: ada.password }

/** Builds an application with an admin, and Ada, who registered. */
async function setup(t: Test) {
  const app = await build(t, noRateLimits)
  const admin = await signIn(app, 'admin')
  const { id } = (await app.inject({ method: 'POST', url: '/auth/register', payload: ada })).json()
  const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object, as = admin) =>
    app.inject({ method, url, headers: as.headers, ...(payload && { payload }) })
  const signInAda = () => app.inject({ method: 'POST', url: '/auth/login', payload: login })
  return { app, admin, id, call, signInAda }
}

t.test('an admin finds users, with their orders and when they were last seen', async (t) => {
  const { app, call, id, signInAda } = await setup(t)
  const found = (await call('GET', '/users?q=lovel')).json()
  t.same(Object.keys(found.items[0]).toSorted(), [
    'createdAt',
    'disabled',
    'email',
    'emailVerified',
    'id',
    'lastSeenAt',
    'mfa',
    'name',
    'orders',
    'role',
    'updatedAt',
  ])
  t.match(found, { items: [{ id, disabled: false, lastSeenAt: null, orders: 0 }], nextCursor: null })

  const { accessToken } = (await signInAda()).json()
  const productId = await addProduct(app)
  const headers = { authorization: `Bearer ${accessToken}` }
  for (let i = 0; i < 3; i++) await order(app, headers, { productId, quantity: 1 })
  await app.users.lastSeen.flush()
  const seen = (await call('GET', `/users/${id}`)).json()
  t.match(seen, { id, orders: 3, lastSeenAt: /Z$/ })
  t.equal((await call('GET', '/users/nope')).statusCode, 404)
  await app.inject({ method: 'PATCH', url: '/auth/me', headers, payload: { name: 'Grace Hopper' } })
  t.match((await call('GET', '/users?q=grace')).json(), { items: [{ id }] }, 'by the name that they chose')
  for (const query of ['limit=0', 'role=boss', 'disabled=maybe', 'cursor=x', 'name=x'])
    t.match((await call('GET', `/users?${query}`)).json(), {
      status: 400,
      errors: [{ path: query.split('=')[0] }],
    })
})

t.test('a disabled user loses sessions and sockets, and cannot sign in', async (t) => {
  const { app, call, id, signInAda } = await setup(t)
  const url = await listen(app)
  const signedIn = (await signInAda()).json()
  const bearer = { headers: { authorization: `Bearer ${signedIn.accessToken}` } }
  const socket = open(t, `${url}/`, { token: token(bearer) })
  await socket.ready()
  const gone = new Promise((resolve) => socket.socket.once('disconnect', resolve))

  t.match((await call('PATCH', `/users/${id}`, { disabled: true })).json(), { id, disabled: true })
  await gone
  t.equal((await call('GET', '/auth/me', undefined, { id, ...bearer })).statusCode, 401)
  t.match((await signInAda()).json(), { status: 403, type: '/problems/account-disabled' })
  const wrong = await app.inject({
    method: 'POST',
    url: '/auth/login',
    payload: { ...login, password: 'wrong' },
  })
  t.match(wrong.json(), { type: '/problems/invalid-credentials' }, 'told only to those who know the password')
  await call('PATCH', `/users/${id}`, { disabled: false })
  t.equal((await signInAda()).statusCode, 200)
})

t.test('a demoted admin loses the sockets and tokens of an admin, and the last one stays', async (t) => {
  const { app, admin, call, id, signInAda } = await setup(t)
  await call('PATCH', `/users/${id}`, { role: 'admin' })
  const { accessToken } = (await signInAda()).json()
  const boss = { id, headers: { authorization: `Bearer ${accessToken}` } }
  const url = await listen(app)
  const socket = open(t, `${url}/admin`, { token: accessToken })
  await socket.ready()
  const gone = new Promise((resolve) => socket.socket.once('disconnect', resolve))
  t.equal((await call('PATCH', `/users/${id}`, { role: 'staff' })).json().role, 'staff')
  await gone
  t.equal((await call('GET', '/events', undefined, boss)).statusCode, 401)

  const [first] = await app.db.read.user.findMany({ where: { role: 'admin', NOT: { id: admin.id } } })
  t.equal((await call('PATCH', `/users/${first?.id}`, { disabled: true })).statusCode, 200)
  const refused = await call('PATCH', `/users/${admin.id}`, { role: 'customer' })
  t.match(refused.json(), { status: 409, type: '/problems/last-admin' })
  for (const payload of [{}, { role: 'owner' }, { disabled: 'yes' }, { name: '' }, { email: 'a@b.test' }])
    t.equal((await call('PATCH', `/users/${id}`, payload)).statusCode, 400, JSON.stringify(payload))
})

t.test('an admin ends the sessions of a user, and lifts a lock on guesses', async (t) => {
  const { app, call, id, signInAda } = await setup(t)
  const { accessToken } = (await signInAda()).json()
  const bearer = { id, headers: { authorization: `Bearer ${accessToken}` } }
  t.equal((await call('DELETE', `/users/${id}/sessions`)).statusCode, 204)
  t.equal((await call('GET', '/auth/me', undefined, bearer)).statusCode, 401)

  const payload = { ...login, password: 'wrong' }
  for (let i = 0; i < 5; i++) await app.inject({ method: 'POST', url: '/auth/login', payload })
  t.equal((await signInAda()).statusCode, 429)
  t.equal((await call('POST', `/users/${id}/unlock`)).statusCode, 204)
  t.equal((await signInAda()).statusCode, 200)
  for (const [method, path] of [
    ['DELETE', 'sessions'],
    ['POST', 'unlock'],
  ] as const)
    t.equal((await call(method, `/users/nope/${path}`)).statusCode, 404)
})
