import t, { type Test } from 'tap'
import { type App, buildApp } from '../../../src/app.js'
import { collectRoutes } from '../../helpers/access-table.js'
import { post } from '../../helpers/ada.js'
import { configOfEmpty, noRateLimits, signIn, testConfig } from '../../helpers/app.js'
import { codeOf, renewCode, turnTotpOn } from '../../helpers/mfa.js'
import { listen, open } from '../../helpers/sockets.js'

const required = { ...noRateLimits, adminMfaRequired: true }
const boss = { email: 'boss@shop.test', password: 'the boss of all this' }

async function start(t: Test, config: Parameters<typeof buildApp>[0]) {
  const app = buildApp(config)
  t.teardown(() => app.close())
  const routes = collectRoutes(app)
  await app.ready()
  return { app, routes: routes() }
}

const bearerOf = (answer: { json(): { accessToken: string } }) => ({
  authorization: `Bearer ${answer.json().accessToken}`,
})

/** Returns the status of a request, and the code of its refusal. */
async function outcome(app: App, method: 'GET' | 'PATCH', url: string, headers: Record<string, string>) {
  const answer = await app.inject({ method, url, headers })
  return [answer.statusCode, String(answer.json().type ?? '').replace('/problems/', '')]
}

/** Connects a socket. @returns its refusal, or undefined if it is connected */
const connect = (t: Test, url: string, headers: { authorization: string }) => {
  const client = open(t, url, { token: headers.authorization.slice('Bearer '.length) })
  return new Promise<unknown>((resolve) => {
    client.socket.once('connect_error', (error) => resolve((error as { data?: unknown }).data))
    client.ready().then(
      () => resolve(undefined),
      () => {}, // told by connect_error
    )
  })
}

t.test(
  'a required second factor is set up at the first start, and brings the rights of an admin',
  async (t) => {
    const config = await configOfEmpty(t, t.testdir(), { ...required, admin: boss })
    const { app } = await start(t, config)
    const first = await post(app, '/auth/login', { ...boss, tokens: 'body' })
    t.match(first.json(), { user: { role: 'admin', mfa: false } })
    const before = bearerOf(first)
    t.same(await outcome(app, 'GET', '/users', before), [403, 'mfa-setup-required'])
    t.same(await outcome(app, 'GET', '/auth/me', before), [200, ''])
    const url = await listen(app)
    for (const namespace of ['/admin', '/'])
      t.same(await connect(t, `${url}${namespace}`, before), { code: 'forbidden' }, namespace)

    const { secret } = await turnTotpOn(app, before, boss.password)
    t.same(await outcome(app, 'GET', '/users', before), [403, 'mfa-setup-required'], 'until it is refreshed')
    const refreshed = await post(app, '/auth/refresh', { refreshToken: first.json().refreshToken })
    t.same(await outcome(app, 'GET', '/users', bearerOf(refreshed)), [200, ''])
    t.equal(await connect(t, `${url}/admin`, bearerOf(refreshed)), undefined)

    const { mfaToken } = (await post(app, '/auth/login', boss)).json()
    await renewCode(app)
    const again = await post(app, '/auth/login/mfa', { mfaToken, code: codeOf(secret) })
    t.same(await outcome(app, 'GET', '/users', bearerOf(again)), [200, ''])
  },
)

t.test('without it an admin reads who they are, sets it up and signs out, and nothing else', async (t) => {
  const { app, routes } = await start(t, await testConfig(t, t.testdir(), required))
  const { headers } = await signIn(app, 'admin')
  const allowed: string[] = []
  for (const { method, url, config } of routes) {
    if (config?.access === undefined) continue
    const answer = await app.inject({
      method: method as 'GET',
      url: url.replaceAll(/:\w+/g, 'x'),
      headers: { ...headers, forwarded: 'for=203.0.113.7' },
    })
    if (answer.statusCode !== 403) allowed.push(`${method} ${url}`)
    else t.match(answer.json(), { type: '/problems/mfa-setup-required', status: 403 }, `${method} ${url}`)
  }
  t.same(allowed.toSorted(), [
    'DELETE /auth/mfa/totp',
    'DELETE /auth/passkeys/:id',
    'GET /auth/me',
    'GET /auth/mfa',
    'GET /auth/passkeys',
    'POST /auth/mfa/recovery-codes',
    'POST /auth/mfa/totp',
    'POST /auth/mfa/totp/confirm',
    'POST /auth/passkeys',
    'POST /auth/passkeys/options',
  ])
  const out = await app.inject({ method: 'POST', url: '/auth/logout', headers })
  t.equal(out.statusCode, 204)
  t.equal((await app.inject({ url: '/auth/me', headers })).statusCode, 401)
})

t.test('staff, customers and API keys need none, and neither do admins unless it is required', async (t) => {
  const config = await testConfig(t, t.testdir(), required)
  const { app } = await start(t, config)
  for (const role of ['customer', 'staff'] as const) {
    const { headers } = await signIn(app, role)
    t.same(await outcome(app, 'GET', '/orders', headers), [200, ''], role)
  }
  const admin = await signIn(app, 'admin')
  const { key } = await app.apiKeys.create({ name: 'Scanner', scopes: ['users:read'] }, admin.id)
  t.same(await outcome(app, 'GET', '/users', { authorization: `Bearer ${key}` }), [200, ''])
  t.same(await outcome(app, 'GET', '/users', admin.headers), [403, 'mfa-setup-required'])
  const { app: lenient } = await start(t, { ...config, adminMfaRequired: false })
  t.same(await outcome(lenient, 'GET', '/users', admin.headers), [200, ''])
})

t.test('an admin who turns a required factor off is signed out, and starts over', async (t) => {
  const config = await configOfEmpty(t, t.testdir(), { ...required, admin: boss })
  const { app } = await start(t, config)
  const first = await post(app, '/auth/login', { ...boss, tokens: 'body' })
  const { recoveryCodes } = await turnTotpOn(app, bearerOf(first), boss.password)
  const [code] = recoveryCodes
  const refreshed = await post(app, '/auth/refresh', { refreshToken: first.json().refreshToken })
  const headers = bearerOf(refreshed)
  const url = await listen(app)
  const client = open(t, `${url}/admin`, { token: headers.authorization.slice('Bearer '.length) })
  await client.ready()
  const ended = new Promise((resolve) => client.socket.once('session:ended', resolve))
  const payload = { password: boss.password, code }
  t.equal((await app.inject({ method: 'DELETE', url: '/auth/mfa/totp', headers, payload })).statusCode, 204)
  await ended
  t.same(await outcome(app, 'GET', '/users', headers), [401, 'unauthenticated'])
  const again = await post(app, '/auth/login', boss)
  t.same(await outcome(app, 'GET', '/users', bearerOf(again)), [403, 'mfa-setup-required'])
})
