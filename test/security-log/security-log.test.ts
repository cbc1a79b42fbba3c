import t from 'tap'
import { signIn } from '../helpers/app.js'
import { ada, agent, openSecurityLog, whence } from '../helpers/security-log.js'
import { listen, open, token } from '../helpers/sockets.js'

t.test('logs sign-ins, failed sign-ins, lockouts and sign-outs, with their addresses', async (t) => {
  const { post, fresh, app } = await openSecurityLog(t)
  const registered = await post('/auth/register', ada)
  const userId = registered.json().id
  t.match(fresh(), [
    { level: 30, event: 'user_created', userId, role: 'customer', ...whence, route: '/auth/register' },
  ])

  const { email, password } = ada
  const signedIn = await post('/auth/login', { email, password, tokens: 'body' })
  const [success] = fresh()
  t.match(success, { level: 30, event: 'authn_login_success', userId, ...whence, route: '/auth/login' })
  t.match(success?.reqId, /^[0-9a-f-]{36}$/)
  const { sessionId } = success as { sessionId: string }

  const wrong = await post('/auth/login', { email: ` ${email.toUpperCase()}`, password: 'wrong' })
  const [failure] = fresh()
  t.match(failure, { level: 40, event: 'authn_login_fail', userId, reason: 'wrong-password', ...whence })
  t.equal(failure?.reqId, wrong.json().instance)
  await post('/auth/login', { email: 'nobody@shop.test', password: 'wrong' })
  const [unknown] = fresh()
  t.match(unknown, { event: 'authn_login_fail', reason: 'unknown-account', userId: undefined })
  t.match(unknown?.account, /^[\w-]{16}$/)
  t.not(unknown?.account, failure?.account)
  for (let i = 0; i < 4; i++) await post('/auth/login', { email, password: 'wrong' })
  await post('/auth/login', { email, password })
  const [, , , , locked] = fresh()
  t.match(locked, { level: 40, event: 'authn_login_lock', account: failure?.account })

  const { refreshToken, accessToken } = signedIn.json()
  const next = (await post('/auth/refresh', { refreshToken })).json().refreshToken
  await post('/auth/refresh', { refreshToken: next })
  t.same(fresh(), [], 'a refresh is not logged')
  await post('/auth/refresh', { refreshToken })
  t.match(fresh(), [{ level: 50, event: 'authn_token_reuse', userId, sessionId, ...whence }])
  await post('/auth/refresh', { refreshToken })
  t.match(fresh(), [{ level: 30, event: 'session_use_after_expire', reason: 'unknown-token' }])
  await post('/auth/refresh')
  t.same(fresh(), [], 'nor is a browser that never signed in')
  await app.inject({ url: '/auth/me', headers: { ...agent, authorization: `Bearer ${accessToken}` } })
  t.match(fresh(), [{ level: 40, event: 'authz_fail', code: 'unauthenticated', route: '/auth/me' }])

  const bob = await signIn(app)
  await post('/auth/logout', undefined, bob.headers)
  t.match(fresh(), [
    { level: 30, event: 'authn_token_revoked', userId: bob.id, reason: 'signed-out', ...whence },
  ])
  await post('/auth/logout', undefined, bob.headers)
  t.same(fresh(), [], 'there was no session to end')
})

t.test('names the page of a foreign origin as the reason why it has no passkeys', async (t) => {
  const { post, fresh } = await openSecurityLog(t)
  const answer = await post('/auth/login/passkey/options', undefined, { origin: 'https://elsewhere.example' })
  t.equal(answer.statusCode, 401)
  t.match(fresh(), [{ level: 40, event: 'authn_login_fail', reason: 'wrong-origin', ...whence }])
})

t.test('logs changes of a password and a name, without either', async (t) => {
  const { app, post, fresh, log } = await openSecurityLog(t)
  const userId = (await post('/auth/register', ada)).json().id
  const { email, password } = ada
  const signIn = async () => (await post('/auth/login', { email, password, tokens: 'body' })).json()
  const headers = { authorization: `Bearer ${(await signIn()).accessToken}` }
  await signIn()
  fresh()
  const change = { currentPassword: 'a wrong one', newPassword: 'nine lamps and a ladder' }
  await post('/auth/password', change, headers)
  t.match(fresh(), [
    {
      level: 40,
      event: 'authn_login_fail',
      userId,
      reason: 'wrong-password',
      ...whence,
      route: '/auth/password',
    },
  ])
  await post('/auth/password', { ...change, currentPassword: password }, headers)
  t.match(fresh(), [
    { level: 30, event: 'authn_token_revoked', userId, reason: 'account-changed' },
    { level: 40, event: 'authn_password_change', userId, ...whence, route: '/auth/password' },
  ])
  await app.inject({ method: 'PATCH', url: '/auth/me', headers, payload: { name: 'Countess' } })
  t.match(fresh(), [{ level: 30, event: 'user_updated', userId, fields: 'name', route: '/auth/me' }])
  t.notMatch(log(), /a wrong one|nine lamps|Countess/)
})

t.test('logs refusals, and sessions that are ended one by one', async (t) => {
  const { app, post, fresh } = await openSecurityLog(t, { authRateLimitMax: 2, rateLimitMax: 1_000 })
  const ada = await signIn(app)
  await post('/products', { name: 'Lamp', price: 1, stock: 1 }, ada.headers)
  t.match(fresh(), [{ event: 'authz_fail', code: 'forbidden', userId: ada.id, route: '/products' }])
  await post('/orders', {})
  t.match(fresh(), [{ event: 'authz_fail', code: 'unauthenticated', userId: undefined }])
  await post('/auth/refresh', undefined, { 'sec-fetch-site': 'cross-site' })
  t.match(fresh(), [{ event: 'authz_fail', code: 'cross-site-request', route: '/auth/refresh' }])
  for (let i = 0; i < 2; i++) await post('/auth/refresh')
  t.match(fresh(), [{ level: 40, event: 'excess_rate_limit_exceeded', code: 'rate-limited' }])

  const sessions = (await app.inject({ url: '/auth/sessions', headers: ada.headers })).json().items
  const url = `/auth/sessions/${sessions[0].id}`
  await app.inject({ method: 'DELETE', url, headers: { ...agent, ...ada.headers } })
  t.match(fresh(), [
    { event: 'authn_token_revoked', userId: ada.id, sessionId: sessions[0].id, method: 'DELETE' },
  ])
})

t.test('logs sockets that are refused', async (t) => {
  const { app, fresh } = await openSecurityLog(t)
  const url = await listen(app)
  const ada = await signIn(app)
  const headers = { extraHeaders: agent }
  const who = { level: 40, event: 'authz_fail', address: '203.0.113.7', userAgent: 'a browser' }
  t.equal(await open(t, `${url}/admin`, { token: token(ada) }, headers).refused(), 'forbidden')
  t.match(fresh(), [{ ...who, code: 'forbidden', namespace: '/admin', userId: ada.id }])
  for (const auth of [undefined, { token: `${token(ada)}x` }])
    t.equal(await open(t, url, auth, headers).refused(), 'unauthorized')
  const unknown = { ...who, code: 'unauthorized', namespace: '/', userId: undefined }
  t.match(fresh(), [unknown, unknown])
  for (let i = 0; i < 20; i++) await open(t, url, undefined, headers).refused()
  t.equal(fresh().length, 7, 'ten a minute per address')
  await open(t, `${url}/inventory`, undefined, headers).ready()
  t.same(fresh(), [], 'public sockets are not logged')
})

t.test('contains no secret, and no email address', async (t) => {
  const { app, post, log } = await openSecurityLog(t)
  const { firstAdmin } = app.accounts
  await post('/auth/register', ada)
  const { email, password } = ada
  const secrets = [password, 'a wrong secret', 'typed into the wrong field', email, 'nobody@shop.test']
  const keep = (answer: Awaited<ReturnType<typeof post>>) => {
    const { accessToken, refreshToken } = answer.json()
    secrets.push(accessToken, refreshToken, ...answer.cookies.map(({ value }) => value))
    return { accessToken, refreshToken, cookies: answer.cookies }
  }
  keep(await post('/auth/login', { email, password }))
  const program = keep(await post('/auth/login', { email, password, tokens: 'body' }))
  await post('/auth/login', { email, password: 'a wrong secret' })
  await post('/auth/login', { email: 'nobody@shop.test', password })
  await post('/auth/login', { email: 'typed into the wrong field', password: '' })
  const next = keep(await post('/auth/refresh', { refreshToken: program.refreshToken }))
  keep(await post('/auth/refresh', { refreshToken: next.refreshToken }))
  await post(
    '/auth/refresh',
    { refreshToken: program.refreshToken },
    { cookie: `refresh_token=${next.refreshToken}` },
  )
  await post('/orders', {}, { authorization: `Bearer ${next.accessToken}` })
  await post('/orders', {}, { cookie: `access_token=${next.accessToken}` })
  await post('/auth/logout', { refreshToken: next.refreshToken })
  const hashes = await app.db.read.user.findMany({ select: { password: true } })
  secrets.push(firstAdmin?.password ?? '', ...hashes.map((user) => user.password), app.config.jwtSecret ?? '')
  const known = secrets.filter(Boolean)
  t.ok(known.length > 12)
  t.match(log(), /authn_login_fail/)
  for (const secret of known) t.notOk(log().includes(secret), `${secret.slice(0, 12)}…`)
  for (const token of known.filter((secret) => secret.startsWith('eyJ')))
    t.notOk(log().includes(token.split('.')[2] ?? ''), 'nor a signature')
})

t.test('a flood of refusals is limited and counted, and clients cannot forge lines', async (t) => {
  const { app, post, lines } = await openSecurityLog(t)
  const forged = 'x\n{"log":"security","event":"authn_login_success"}'
  for (let i = 0; i < 300; i++)
    await post(
      '/orders',
      {},
      { 'x-forwarded-for': `203.0.113.${i % 3}`, 'user-agent': `${forged}${'y'.repeat(1_000)}` },
    )
  await post('/orders', {}, { 'x-forwarded-for': '198.51.100.1' })
  await app.close()
  const all = lines().filter(({ event }) => event === 'authz_fail')
  const told = all.filter(({ leftOut }) => leftOut === undefined)
  t.equal(told.length, 31, 'ten of each of three, and the one of another')
  t.match(told.at(-1), { address: '198.51.100.1' })
  t.match(all.at(-1), { level: 40, leftOut: 270 })
  t.equal(lines().filter(({ event }) => event === 'authn_login_success').length, 0)
  for (const line of told) t.ok(JSON.stringify(line).length < 1_000)
})
