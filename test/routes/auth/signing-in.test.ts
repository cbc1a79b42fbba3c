import t from 'tap'
import { ada, credentials, login, post, withAda } from '../../helpers/ada.js'
import { build, faultyPaths, noRateLimits } from '../../helpers/app.js'

t.test('cookies have the HttpOnly, SameSite and, in production, Secure attributes', async (t) => {
  for (const production of [false, true]) {
    const app = await build(t, { production, jwtSecret: 'x'.repeat(32) })
    const base = await app.listen({ port: 0 })
    const send = (path: string, init: RequestInit = {}) =>
      fetch(`${base}${path}`, {
        method: 'POST',
        ...init,
        headers: { 'content-type': 'application/json', ...init.headers },
      })
    await send('/auth/register', { body: JSON.stringify(ada) })
    const answer = await send('/auth/login', {
      body: JSON.stringify({ ...credentials, email: ' ADA@shop.test' }),
    })
    t.equal(answer.status, 200)
    t.equal(answer.headers.get('cache-control'), 'no-store')
    const { user, accessToken, expiresIn, ...rest } = (await answer.json()) as Record<string, unknown>
    t.match(user, { email: 'ada@shop.test', role: 'customer' })
    t.equal(expiresIn, 900)
    t.same(rest, {})

    const [access = '', refresh = '', device = '', ...others] = answer.headers.getSetCookie()
    const attributesOf = (cookie: string) => new Set(cookie.split('; ').slice(1))
    const secure = production ? ['Secure'] : []
    const [host, tls] = production ? ['__Host-', '__Secure-'] : ['', '']
    t.equal(access.split(';')[0], `${host}access_token=${accessToken}`)
    t.same(attributesOf(access), new Set(['Max-Age=900', 'Path=/', 'HttpOnly', 'SameSite=Lax', ...secure]))
    t.match(refresh, new RegExp(`^${tls}refresh_token=[\\w-]{43};`))
    const [maxAge = '', seconds] = /Max-Age=(\d+)/.exec(refresh) ?? []
    const late = 14 * 24 * 60 * 60 - Number(seconds)
    t.ok(late >= 0 && late < 60, 'a fortnight from the sign-in')
    t.same(attributesOf(refresh), new Set([maxAge, 'Path=/auth', 'HttpOnly', 'SameSite=Strict', ...secure]))
    t.match(device, new RegExp(`^${tls}device_token=[\\w-]{22}\\.[0-9a-z]+\\.[\\w-]{43};`))
    const year = `Max-Age=${365 * 24 * 60 * 60}`
    t.same(attributesOf(device), new Set([year, 'Path=/auth', 'HttpOnly', 'SameSite=Strict', ...secure]))
    t.same(others, [])

    const cookie = `${access.split(';')[0]}; ${refresh.split(';')[0]}`
    const out = await send('/auth/logout', { headers: { cookie } })
    t.equal(out.status, 204)
    const cleared = out.headers.getSetCookie()
    t.match(cleared[0], new RegExp(`^${host}access_token=; Max-Age=0; Path=/;`))
    t.match(cleared[1], new RegExp(`^${tls}refresh_token=; Max-Age=0; Path=/auth;`))
    t.equal(cleared.length, 2, 'the device stays known')
    t.equal(out.headers.get('clear-site-data'), '"storage"')
    const again = await send('/auth/refresh', { headers: { cookie } })
    t.equal(again.status, 401, 'the session was ended')
    await app.close()
  }
})

t.test('a wrong password and an unknown email get the same response', async (t) => {
  const { app } = await withAda(t)
  const attempts = [
    { ...credentials, password: 'incorrect horse' },
    { ...credentials, password: `${ada.password}\0` },
    { ...credentials, password: '' },
    { ...credentials, email: 'bob@shop.test' },
    { ...credentials, email: 'not an email \0' },
  ]
  for (const attempt of attempts) {
    const answer = await post(app, '/auth/login', attempt)
    const { instance: _id, ...problem } = answer.json()
    t.same(problem, {
      type: '/problems/invalid-credentials',
      title: 'Email or password is wrong',
      status: 401,
      detail: 'No account has this email and password.',
    })
    t.equal(answer.headers['set-cookie'], undefined)
  }
  for (const body of [
    { email: 5, password: {} },
    { email: 'x'.repeat(255), password: 'x'.repeat(1025) },
    { email: '\ud800', password: '\udfff' },
  ])
    t.same(faultyPaths(await post(app, '/auth/login', body)), ['email', 'password'])
})

t.test('fifty concurrent guesses test five passwords at most, for known and unknown accounts', async (t) => {
  const { app } = await withAda(t, noRateLimits)
  for (const email of ['ada@shop.test', 'bob@shop.test']) {
    const guesses = await Promise.all(
      Array.from({ length: 50 }, (_, i) => post(app, '/auth/login', { email, password: `guess ${i}` })),
    )
    const count = (status: number) => guesses.filter(({ statusCode }) => statusCode === status).length
    t.same([count(401), count(429)], [5, 45], email)
    const locked = await post(app, '/auth/login', { ...credentials, email: ` ${email.toUpperCase()}` })
    t.equal(locked.statusCode, 429, 'with the right password, however the email is written')
    t.equal(locked.json().type, '/problems/account-locked')
    const wait = Number(locked.headers['retry-after'])
    t.ok(wait > 590 && wait <= 600, String(wait))
  }
})

t.test('concurrent sign-ins with the right password all succeed', async (t) => {
  const { app } = await withAda(t)
  const answers = await Promise.all(Array.from({ length: 30 }, () => post(app, '/auth/login', credentials)))
  t.ok(answers.every(({ statusCode }) => statusCode === 200))
})

t.test('sign-in attempts are limited by address, other routes are not', async (t) => {
  const app = await build(t, { authRateLimitMax: 3 })
  const statuses: number[] = []
  for (const url of ['/auth/login', '/auth/register', '/auth/refresh', '/auth/login'])
    statuses.push((await post(app, url, {})).statusCode)
  t.same(statuses, [400, 400, 401, 429])
  const limited = await post(app, '/auth/refresh')
  t.equal(limited.json().type, '/problems/rate-limited')
  t.ok(Number(limited.headers['retry-after']) > 0)
  t.equal((await post(app, '/auth/logout')).statusCode, 204)
  t.equal((await app.inject('/auth/me')).statusCode, 401)
})

t.test('a program that requests its tokens in the body gets no cookies', async (t) => {
  const { app } = await withAda(t)
  const answer = await post(app, '/auth/login', { ...credentials, tokens: 'body' })
  t.equal(answer.statusCode, 200)
  t.equal(answer.headers['set-cookie'], undefined)
  t.equal(answer.headers['cache-control'], 'no-store')
  const { refreshToken, accessToken } = answer.json()
  t.match(refreshToken, /^[\w-]{43}$/)
  const me = await app.inject({ url: '/auth/me', headers: { authorization: `Bearer ${accessToken}` } })
  t.equal(me.statusCode, 200)

  const byCookie = await post(app, '/auth/login', { ...credentials, tokens: 'cookie' })
  t.equal(byCookie.cookies.length, 3)
  t.notOk('refreshToken' in byCookie.json())
  for (const tokens of ['both', '', null, 1])
    t.same(faultyPaths(await post(app, '/auth/login', { ...credentials, tokens })), ['tokens'])
})

t.test('a browser that signs in again gets a new session, and its old one ends', async (t) => {
  const { app, cookies, bearer } = await withAda(t)
  const other = await login(app)
  const cookie = `access_token=${cookies.access_token}; refresh_token=${cookies.refresh_token}`
  const alive = async (by: Record<string, string>) =>
    (await app.inject({ url: '/auth/me', headers: by })).statusCode === 200
  t.equal((await post(app, '/auth/login', { ...credentials, password: 'wrong' }, { cookie })).statusCode, 401)
  await post(app, '/auth/login', { ...credentials, tokens: 'body' }, { cookie })
  t.ok(await alive(bearer), 'neither a failure nor a program on the same machine ends it')

  const again = await post(app, '/auth/login', credentials, { cookie })
  t.equal(again.statusCode, 200)
  t.notOk(await alive(bearer))
  t.equal((await post(app, '/auth/refresh', undefined, { cookie })).statusCode, 401)
  t.ok(await alive({ authorization: `Bearer ${again.json().accessToken}` }))
  t.ok(await alive(other.bearer), "another browser's session stays")
})
