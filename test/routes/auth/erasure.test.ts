import t from 'tap'
import { buildApp } from '../../../src/app.js'
import { build, noRateLimits, signIn, testConfig } from '../../helpers/app.js'
import { auditBooks } from '../../helpers/books.js'
import { tablesWith } from '../../helpers/every-row.js'
import type { Headers } from '../../helpers/shop.js'
import { listen, open } from '../../helpers/sockets.js'
import { callerOf, leaveTraces, PERSON, register, zeb } from '../../helpers/traces.js'

t.test('nothing in the database names an erased person, and orders and books stay', async (t) => {
  const app = await build(t, noRateLimits)
  const { call, id, bearer, admin, order } = await leaveTraces(t, app)
  const before = (await tablesWith(app, PERSON)).map(([table]) => table)
  for (const table of ['api_keys', 'mails', 'orders', 'passkeys', 'sessions', 'user_terms', 'users'])
    t.ok(before.includes(table), `${table} names the person before`)
  const [key] = await app.apiKeys.list()

  const answer = await call('DELETE', '/auth/me', { password: zeb.password }, bearer)
  t.equal(answer.statusCode, 204, answer.body)
  t.same(await tablesWith(app, PERSON), [])
  const { totp, passkey, recoveryCode, mfaToken, mail, mailToken, refreshToken } = app.db.read
  for (const count of [
    await totp.count(),
    await passkey.count(),
    await recoveryCode.count(),
    await mfaToken.count(),
    await mail.count(),
    await mailToken.count(),
    await refreshToken.count({ where: { session: { userId: id } } }),
  ])
    t.equal(count, 0)
  t.same(await app.apiKeys.list(), [])
  t.equal(app.apiKeys.ring.isLive({ keyId: key?.id ?? '', ownerId: id, scopes: [], exp: 2e9 }), false)

  t.match(await app.db.read.user.findUnique({ where: { id } }), {
    name: 'Deleted user',
    email: `${id}@invalid`,
    password: '',
    role: 'customer',
    disabled: true,
    lastSeenAt: null,
  })
  const kept = (await call('GET', `/orders/${order.id}`, undefined, admin.headers)).json()
  t.match(kept, { id: order.id, userId: id, quantity: 2, status: 'confirmed', note: null, metadata: null })
  const pending = (await call('GET', `/orders?userId=${id}&status=pending`, undefined, admin.headers)).json()
  t.equal(pending.items.length, 2, 'pending orders stay for the shop to decide')
  t.same(await auditBooks(app.db), [])

  const events = await app.eventLog.read(0, 1_000)
  const deleted = { type: 'user:deleted', actor: { type: 'user', id }, data: { id, role: 'admin' } }
  t.match(events.at(-1), deleted)
  const trail = (await call('GET', `/audit?subject=${id}`, undefined, admin.headers)).json()
  t.match(trail.items[0], {
    action: 'user.erased',
    actor: { id, name: 'Deleted user' },
    details: { role: 'admin' },
  })
})

t.test('an erased user cannot sign in, and is neither listed nor changed', async (t) => {
  const app = await build(t, noRateLimits)
  const { call, id, bearer } = await register(app)
  const admin = await signIn(app, 'admin')
  t.equal((await call('DELETE', `/users/${id}`, undefined, admin.headers)).statusCode, 204)

  t.equal((await call('GET', '/auth/me', undefined, bearer)).statusCode, 401)
  for (const email of [zeb.email, `${id}@invalid`])
    for (const password of [zeb.password, ''])
      t.match((await call('POST', '/auth/login', { email, password })).json(), {
        status: 401,
        type: '/problems/invalid-credentials',
      })
  for (const [method, url, payload] of [
    ['GET', `/users/${id}`],
    ['PATCH', `/users/${id}`, { disabled: false }],
    ['PATCH', `/users/${id}`, { role: 'admin' }],
    ['DELETE', `/users/${id}`],
    ['DELETE', `/users/${id}/sessions`],
    ['POST', `/users/${id}/unlock`],
    ['DELETE', '/users/nope'],
  ] as const)
    t.equal((await call(method, url, payload, admin.headers)).statusCode, 404, `${method} ${url}`)
  for (const query of ['', '?disabled=true', '?role=customer', '?q=deleted', `?q=${id}`, '?q=zebedee'])
    t.notMatch((await call('GET', `/users${query}`, undefined, admin.headers)).body, id, query)
  await app.db.write((tx) => tx.user.updateMany({ where: { id }, data: { termRules: 0 } }))
  const { indexUsers } = await import('../../../src/accounts/users/index-users.js')
  await indexUsers(app.db, new AbortController().signal)
  t.equal(await app.db.read.userTerm.count({ where: { userId: id } }), 0, 'not indexed again either')

  const again = await call('POST', '/auth/register', zeb)
  t.equal(again.statusCode, 201, 'the address is free')
  t.not(again.json().id, id)
})

t.test('erasing oneself takes the password, which counts as a guess', async (t) => {
  const app = await build(t, noRateLimits)
  const { call, id, bearer } = await register(app)
  const erase = (payload?: object, headers: Headers = bearer) => call('DELETE', '/auth/me', payload, headers)
  t.equal((await erase({ password: zeb.password }, {})).statusCode, 401)
  t.equal((await erase()).statusCode, 400)
  t.equal((await erase({})).statusCode, 400)
  for (let i = 0; i < 5; i++)
    t.match((await erase({ password: 'wrong' })).json(), {
      status: 401,
      type: '/problems/invalid-credentials',
    })
  t.match((await erase({ password: zeb.password })).json(), { status: 429, type: '/problems/account-locked' })
  t.equal(await app.db.read.user.count({ where: { id, erasedAt: null } }), 1)
  await app.users.unlock(id)
  t.equal((await erase({ password: zeb.password })).statusCode, 204)
  t.equal((await erase({ password: zeb.password })).statusCode, 401)
})

t.test('the cookies of an erased user are cleared', async (t) => {
  const app = await build(t, noRateLimits)
  const { call } = await register(app)
  const signedIn = await call('POST', '/auth/login', { email: zeb.email, password: zeb.password })
  const cookie = signedIn.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const headers = { cookie, 'sec-fetch-site': 'same-origin' }
  const payload = { password: zeb.password }
  const foreign = await call('DELETE', '/auth/me', payload, { cookie, 'sec-fetch-site': 'cross-site' })
  t.equal(foreign.statusCode, 403)
  const answer = await call('DELETE', '/auth/me', payload, headers)
  t.equal(answer.statusCode, 204)
  t.equal(answer.headers['clear-site-data'], '"storage"')
  t.same(answer.cookies.map(({ name, value }) => [name, value]).toSorted(), [
    ['access_token', ''],
    ['refresh_token', ''],
  ])
})

t.test('the last admin cannot be erased, and two admins do not erase each other at once', async (t) => {
  const app = await build(t, noRateLimits)
  const call = callerOf(app)
  const [one, two] = [await signIn(app, 'admin'), await signIn(app, 'admin')]
  const others = await app.db.read.user.findMany({
    where: { role: 'admin', id: { notIn: [one.id, two.id] } },
  })
  for (const { id } of others) await app.users.erase(id)
  const answers = await Promise.all([
    call('DELETE', `/users/${two.id}`, undefined, one.headers),
    call('DELETE', `/users/${one.id}`, undefined, two.headers),
  ])
  t.same(answers.map(({ statusCode }) => statusCode).toSorted()[0], 204)
  t.ok(answers.some(({ statusCode }) => [401, 409].includes(statusCode)))
  const [last] = await app.db.read.user.findMany({ where: { role: 'admin' } })
  const admin = [one, two].find(({ id }) => id === last?.id)
  const refused = await call('DELETE', `/users/${last?.id}`, undefined, admin?.headers)
  t.match(refused.json(), { status: 409, type: '/problems/last-admin' })
  t.equal(await app.db.read.user.count({ where: { role: 'admin', disabled: false } }), 1)
})

t.test('sockets, tokens and keys of an erased user end on every node', async (t) => {
  const config = await testConfig(t, t.testdir(), noRateLimits)
  const [here, there] = [buildApp(config), buildApp(config)]
  t.teardown(() => Promise.all([here.close(), there.close()]))
  await here.ready()
  await there.ready()
  const { call, id, bearer } = await register(here)
  const admin = await signIn(here, 'admin')
  await here.users.change(id, { role: 'admin' })
  const { key } = await here.apiKeys.create({ name: 'Scanner', scopes: ['events:read'] }, id)
  await there.apiKeys.ring.look()
  const url = await listen(there)
  const auth = { token: bearer.authorization.slice(7) }
  const [own, program] = [open(t, `${url}/`, auth), open(t, `${url}/admin`, { token: key })]
  for (const client of [own, program]) await client.ready()
  const gone = [own, program].map(
    ({ socket }) => new Promise((resolve) => socket.once('disconnect', resolve)),
  )
  t.equal((await call('DELETE', `/users/${id}`, undefined, admin.headers)).statusCode, 204)
  await Promise.all(gone)
  const remote = callerOf(there)
  t.equal((await remote('GET', '/auth/me', undefined, bearer)).statusCode, 401)
  t.equal((await remote('GET', '/events', undefined, { authorization: `Bearer ${key}` })).statusCode, 401)
})
