import { once } from 'node:events'
import t from 'tap'
import { newId } from '../../src/ids.js'
import { build, signIn } from '../helpers/app.js'
import { listen, open, token } from '../helpers/sockets.js'

/** Long enough for two clients to connect on a busy machine, short enough for a test to wait for its end. */
const BRIEF_SECONDS = 6

t.test('a refused connection is told the reason', async (t) => {
  const app = await build(t, { corsOrigins: ['https://shop.example'] })
  const url = await listen(app)
  const [admin, ann] = [await signIn(app, 'admin'), await signIn(app)]
  const code = (path: string, auth?: object, options = {}) =>
    open(t, `${url}${path}`, auth, options).refused()

  t.equal(await code(''), 'unauthorized')
  t.equal(await code('/admin'), 'unauthorized')
  t.equal(await code('/admin', { token: token(ann) }), 'forbidden')
  for (const bad of ['', 'x', 7, null, {}, [], `${token(admin)}x`])
    t.equal(await code('', { token: bad }), 'unauthorized', JSON.stringify(bad))
  for (const offset of ['5', -1, 1.5, {}, [], true, 2 ** 60])
    t.equal(await code('/inventory', { offset }), 'invalid-offset', JSON.stringify(offset))
  t.equal(await code('/inventory', { offset: 1, epoch: {} }), 'invalid-offset')
  for (const name of ['/nowhere', '/admin/', '/Admin', `/${'x'.repeat(200)}`])
    t.equal(await code(name, { token: token(admin) }), 'not-found', name)
  t.same([...app.io._nsps.keys()].sort(), ['/', '/admin', '/inventory'], 'no name of a client is kept')

  const cookie = `access_token=${token(admin)}`
  const from = (origin: string) => ({ extraHeaders: { cookie, origin } })
  t.equal(await code('/admin', undefined, from('https://evil.example')), 'unauthorized')
  for (const origin of [url, 'https://shop.example']) {
    const client = open(t, `${url}/admin`, undefined, from(origin))
    t.ok(await client.ready(), `by cookie from ${origin}`)
  }
  t.ok(
    await open(t, `${url}/admin`, undefined, { extraHeaders: { cookie } }).ready(),
    'by cookie without an origin',
  )
})

t.test('connections of one address are limited per minute', async (t) => {
  const app = await build(t, { rateLimitMax: 5 })
  const url = await listen(app)
  const connect = async () => {
    const client = open(t, `${url}/inventory`, undefined)
    return client.ready().then(
      () => 'ready',
      () => 'refused',
    )
  }
  const results = await Promise.all(Array.from({ length: 20 }, connect))
  t.equal(results.filter((result) => result === 'ready').length, 5)
  t.equal(results.filter((result) => result === 'refused').length, 15)
})

t.test('a socket ends with its session, and with its token', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const payload = { email: 'ann@shop.test', password: 'correct horse battery' }
  await app.inject({ method: 'POST', url: '/auth/register', payload: { ...payload, name: 'Ann' } })
  const login = async () => (await app.inject({ method: 'POST', url: '/auth/login', payload })).json()
  const [one, two] = [await login(), await login()]
  const first = open(t, url, { token: one.accessToken })
  const second = open(t, url, { token: two.accessToken })
  await Promise.all([first.ready(), second.ready()])

  const gone = once(first.socket as never, 'disconnect')
  const headers = { authorization: `Bearer ${one.accessToken}` }
  await app.inject({ method: 'POST', url: '/auth/logout', headers })
  t.same((await gone)[0], 'io server disconnect')
  t.ok(second.socket.connected, 'the other session stays')
  t.equal(await open(t, url, { token: one.accessToken }).refused(), 'unauthorized')

  const { sub, role, sid } = app.auth.tokens.verify(two.accessToken)
  const brief = app.jwt.sign({ sub, role, sid }, { expiresIn: BRIEF_SECONDS })
  const renewed = open(t, url, { token: brief })
  const expiring = open(t, url, { token: brief })
  await Promise.all([renewed.ready(), expiring.ready()])
  const answer = await renewed.socket.emitWithAck('auth:renew', two.accessToken)
  t.match(answer, { ok: true, expiresAt: /Z$/ })
  for (const bad of ['', 'x', brief.slice(1)])
    t.same(await renewed.socket.emitWithAck('auth:renew', bad), { ok: false, code: 'unauthorized' })
  const other = await signIn(app)
  const others = await renewed.socket.emitWithAck('auth:renew', token(other))
  t.same(others, { ok: false, code: 'forbidden' }, 'of another user')
  const ended = once(expiring.socket as never, 'session:ended')
  const expired = once(expiring.socket as never, 'disconnect')
  t.same((await ended)[0], { code: 'unauthorized' })
  await expired
  t.ok(renewed.socket.connected, 'the renewed one stays')
})

t.test('a key that does not expire renews without an end', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  const { key } = await app.apiKeys.create({ name: 'ERP', scopes: ['events:read'] }, admin.id)
  const client = open(t, `${url}/admin`, { token: key })
  await client.ready()
  t.same(await client.socket.emitWithAck('auth:renew', key), { ok: true, expiresAt: null })
})

t.test('an admin who is demoted loses the admin stream', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  const client = open(t, `${url}/admin`, { token: token(admin) })
  await client.ready()
  const demoted = app.auth.tokens.sign({ sub: admin.id, role: 'customer', sid: newId() })
  const gone = once(client.socket as never, 'disconnect')
  t.same(await client.socket.emitWithAck('auth:renew', demoted), { ok: false, code: 'forbidden' })
  t.equal((await gone)[0], 'io server disconnect')
})

t.test('invalid messages are ignored, and too many of them end the connection', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  const client = open(t, `${url}/admin`, { token: token(admin) })
  await client.ready()
  const raw = client.socket as unknown as { emit(name: string, ...args: unknown[]): void }
  raw.emit('order:created', { forged: true })
  raw.emit('auth:renew')
  raw.emit('auth:renew', {}, 'no function')
  raw.emit('nobody:asked', [1, 2, 3], { deep: { er: 1 } })
  t.match(
    await client.socket.emitWithAck('auth:renew', token(admin)),
    { ok: true },
    'it still receives events',
  )
  t.equal(await app.eventLog.head(), 0)
  const gone = once(client.socket as never, 'disconnect')
  raw.emit('nobody:asked', 'x'.repeat(64 * 1024))
  await gone
  const huge = open(t, `${url}/inventory`, { filler: 'x'.repeat(64 * 1024) })
  await once(huge.socket.io as never, 'close')
  t.equal(huge.socket.connected, false)
})

t.test('a closing server announces it, and disconnects every client at once', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  const clients = [
    open(t, `${url}/admin`, { token: token(admin) }),
    open(t, url, { token: token(admin) }),
    open(t, `${url}/inventory`, undefined),
  ]
  await Promise.all(clients.map((client) => client.ready()))
  const told = clients.map(({ socket }) => once(socket as never, 'server:closing'))
  const gone = clients.map(({ socket }) => once(socket as never, 'disconnect'))
  await app.close()
  await Promise.all(told)
  for (const [reason] of await Promise.all(gone))
    t.equal(reason, 'transport close', 'so that clients reconnect')
})
