import t from 'tap'
import { newId } from '../../../src/ids.js'
import { ada, credentials, login, post, withAda } from '../../helpers/ada.js'
import { signIn } from '../../helpers/app.js'

t.test('a refresh needs only the cookie, and rotates both tokens', async (t) => {
  const { app, cookies } = await withAda(t)
  const { refresh_token } = cookies
  const answer = await app.inject({
    method: 'POST',
    url: '/auth/refresh',
    cookies: { refresh_token: refresh_token ?? '' },
    headers: { 'content-type': 'application/json' },
  })
  t.equal(answer.statusCode, 200)
  t.equal(answer.headers['cache-control'], 'no-store')
  const { user, accessToken, expiresIn } = answer.json()
  t.match(user, { email: ada.email })
  t.equal(expiresIn, 900)
  const [access, refresh] = answer.cookies
  t.match(access, { name: 'access_token', value: accessToken, path: '/', sameSite: 'Lax', httpOnly: true })
  t.match(refresh, { name: 'refresh_token', path: '/auth', sameSite: 'Strict', httpOnly: true })
  t.not(refresh?.value, refresh_token)
  const me = await app.inject({ url: '/auth/me', headers: { authorization: `Bearer ${accessToken}` } })
  t.equal(me.statusCode, 200)
})

t.test(
  'two tabs that refresh at once get the same cookies; token reuse ends the whole session',
  async (t) => {
    const { app, cookies, bearer } = await withAda(t)
    const refresh = (token = '') =>
      app.inject({ method: 'POST', url: '/auth/refresh', cookies: { refresh_token: token } })
    const tabs = await Promise.all([refresh(cookies.refresh_token), refresh(cookies.refresh_token)])
    t.same(
      tabs.map(({ statusCode }) => statusCode),
      [200, 200],
    )
    const [first, second] = tabs.map((tab) => tab.cookies[1]?.value)
    t.equal(first, second)

    const latest = await refresh(first)
    const stolen = await refresh(cookies.refresh_token)
    t.equal(stolen.statusCode, 401)
    t.equal(stolen.json().type, '/problems/invalid-refresh-token')
    t.equal(stolen.headers['set-cookie'], undefined, 'a failed refresh does not clear the cookies')
    t.equal((await refresh(latest.cookies[1]?.value)).statusCode, 401)
    for (const token of [bearer.authorization, `Bearer ${latest.json().accessToken}`]) {
      const me = await app.inject({ url: '/auth/me', headers: { authorization: token } })
      t.equal(me.statusCode, 401, 'its access tokens too')
    }
    t.equal((await post(app, '/auth/login', credentials)).statusCode, 200)
  },
)

t.test('a refresh without a valid token is a 401', async (t) => {
  const { app } = await withAda(t)
  for (const cookie of [
    '',
    'refresh_token=',
    'refresh_token=x',
    'refresh_token=%ff',
    `refresh_token=${'x'.repeat(4_000)}`,
  ]) {
    const answer = await post(app, '/auth/refresh', undefined, { cookie })
    t.equal(answer.statusCode, 401, cookie.slice(0, 20))
    t.equal(answer.json().type, '/problems/invalid-refresh-token')
    t.equal(answer.headers['set-cookie'], undefined)
  }
})

t.test('signing out ends the session, by either token', async (t) => {
  const { app } = await withAda(t)
  const ways: ((session: Awaited<ReturnType<typeof login>>) => Record<string, string>)[] = [
    ({ cookies }) => ({ cookie: `refresh_token=${cookies.refresh_token}` }),
    ({ cookies }) => ({ cookie: `access_token=${cookies.access_token}` }),
    ({ bearer }) => bearer,
    ({ cookies, bearer }) => ({ ...bearer, cookie: `refresh_token=${cookies.refresh_token}x` }),
  ]
  for (const way of ways) {
    const session = await login(app)
    const other = await login(app)
    const headers = { 'content-type': 'application/json', ...way(session) }
    const out = await app.inject({ method: 'POST', url: '/auth/logout', headers })
    t.equal(out.statusCode, 204)
    t.equal(out.body, '')
    t.same(
      out.cookies.map(({ name, value }) => [name, value]),
      [
        ['access_token', ''],
        ['refresh_token', ''],
      ],
    )
    const me = (by: typeof session) => app.inject({ url: '/auth/me', headers: by.bearer })
    t.equal((await me(session)).statusCode, 401)
    t.equal((await me(other)).statusCode, 200)
    const again = await app.inject({ method: 'POST', url: '/auth/refresh', cookies: session.cookies })
    t.equal(again.statusCode, 401)
  }
  for (const headers of [{}, { authorization: 'Bearer x' }, { cookie: 'access_token=x; refresh_token=y' }])
    t.equal((await app.inject({ method: 'POST', url: '/auth/logout', headers })).statusCode, 204)
})

t.test('/auth/me returns the user as stored now', async (t) => {
  const { app, bearer, answer } = await withAda(t)
  const { user } = answer.json()
  const me = () => app.inject({ url: '/auth/me', headers: bearer })
  t.same((await me()).json(), user)
  await app.db.write((tx) => tx.user.update({ where: { id: user.id }, data: { name: 'Ada L.' } }))
  t.match((await me()).json(), { name: 'Ada L.' })
  await app.db.write(async (tx) => {
    await tx.session.deleteMany({ where: { userId: user.id } })
    await tx.user.delete({ where: { id: user.id } })
  })
  t.equal((await me()).statusCode, 401)
  t.equal((await app.inject({ url: '/auth/sessions', headers: bearer })).statusCode, 401)
})

t.test('a user lists and ends their own live sessions, and no others', async (t) => {
  const { app, bearer } = await withAda(t)
  const stranger = await signIn(app)
  const agent = { 'user-agent': 'a phone' }
  const phone = await post(app, '/auth/login', credentials, agent)
  const list = async () => (await app.inject({ url: '/auth/sessions', headers: bearer })).json().items
  const sessions = await list()
  t.match(sessions, [
    { userAgent: 'a phone', ip: '127.0.0.1', current: false },
    { userAgent: 'lightMyRequest', current: true },
  ])
  t.same(Object.keys(sessions[0]).sort(), ['createdAt', 'current', 'id', 'ip', 'lastUsedAt', 'userAgent'])

  const end = (id: string, headers: Record<string, string>) =>
    app.inject({ method: 'DELETE', url: `/auth/sessions/${id}`, headers })
  const id = sessions[0].id
  t.equal((await end(id, stranger.headers)).statusCode, 404, "not another user's")
  t.equal((await list()).length, 2)
  t.equal((await end(id, { ...bearer, 'content-type': 'application/json' })).statusCode, 204)
  const asPhone = { authorization: `Bearer ${phone.json().accessToken}` }
  t.equal((await app.inject({ url: '/auth/me', headers: asPhone })).statusCode, 401)
  t.equal((await list()).length, 1)
  for (const unknown of [id, newId(), 'x', '%00', `${id}'--`, 'x'.repeat(200)])
    t.equal((await end(unknown, bearer)).statusCode, 404, unknown.slice(0, 20))
  t.equal((await end(sessions[1].id, bearer)).statusCode, 204)
  t.equal((await app.inject({ url: '/auth/me', headers: bearer })).statusCode, 401, 'their own too')
})

t.test('a refresh token in the body is rotated in the body, by the same rules', async (t) => {
  const { app } = await withAda(t)
  const signedIn = (await post(app, '/auth/login', { ...credentials, tokens: 'body' })).json()
  const refresh = (refreshToken: unknown, headers: Record<string, string> = {}) =>
    post(app, '/auth/refresh', { refreshToken }, headers)

  // Without a cookie, the origin of the request does not matter.
  const first = await refresh(signedIn.refreshToken, { origin: 'https://elsewhere.example' })
  t.equal(first.statusCode, 200)
  t.equal(first.headers['set-cookie'], undefined)
  t.match(first.json(), { user: { email: ada.email }, expiresIn: 900 })
  const { refreshToken, accessToken } = first.json()
  t.not(refreshToken, signedIn.refreshToken)
  t.equal((await refresh(signedIn.refreshToken)).json().refreshToken, refreshToken, 'within ten seconds')

  const second = await refresh(refreshToken)
  t.equal(second.statusCode, 200)
  const stolen = await refresh(signedIn.refreshToken)
  t.equal(stolen.statusCode, 401)
  t.equal(stolen.json().type, '/problems/invalid-refresh-token')
  t.equal((await refresh(second.json().refreshToken)).statusCode, 401)
  const bearer = { authorization: `Bearer ${accessToken}` }
  t.equal((await app.inject({ url: '/auth/me', headers: bearer })).statusCode, 401)
})

t.test('a token in the body and one in a cookie are never combined', async (t) => {
  const { app, cookies } = await withAda(t)
  const cookie = `refresh_token=${cookies.refresh_token}`
  const refused = await post(app, '/auth/refresh', { refreshToken: 'unknown' }, { cookie })
  t.equal(refused.statusCode, 401, 'the valid cookie is not used instead')
  const program = (await post(app, '/auth/login', { ...credentials, tokens: 'body' })).json()
  const answer = await post(app, '/auth/refresh', { refreshToken: program.refreshToken }, { cookie })
  t.equal(answer.statusCode, 200)
  t.equal(answer.headers['set-cookie'], undefined)
  const own = await post(app, '/auth/refresh', undefined, { cookie })
  t.equal(own.statusCode, 200, 'the cookie was not rotated')
  t.notOk('refreshToken' in own.json())
  for (const body of [[], 'x', { refreshToken: 5 }, { refreshToken: 'x', more: 1 }])
    t.equal((await post(app, '/auth/refresh', body, { cookie })).statusCode, body === 'x' ? 415 : 400)
  const nothing = await post(app, '/auth/refresh', 'null', { cookie, 'content-type': 'application/json' })
  t.equal(nothing.statusCode, 200, 'null is not a body')
})

t.test('an empty object counts as no body: the cookie is used, from an allowed page only', async (t) => {
  const { app, cookies } = await withAda(t)
  const cookie = `refresh_token=${cookies.refresh_token}`
  const foreign = { cookie, origin: 'https://evil.test' }
  for (const url of ['/auth/refresh', '/auth/logout'])
    t.equal((await post(app, url, {}, foreign)).statusCode, 403, url)
  t.equal((await post(app, '/auth/refresh', {})).statusCode, 401)
  const renewed = await post(app, '/auth/refresh', {}, { cookie })
  t.equal(renewed.statusCode, 200)
  t.notOk('refreshToken' in renewed.json())
  t.equal((await post(app, '/auth/logout', {}, { cookie })).statusCode, 204)
  t.equal((await post(app, '/auth/refresh', {}, { cookie })).statusCode, 401)
})

t.test('a program signs out with either of its tokens', async (t) => {
  const { app, bearer, cookies } = await withAda(t)
  const alive = async (accessToken: string) =>
    (await app.inject({ url: '/auth/me', headers: { authorization: `Bearer ${accessToken}` } })).statusCode
  const program = async () => (await post(app, '/auth/login', { ...credentials, tokens: 'body' })).json()
  const [one, two] = [await program(), await program()]

  const cookie = `refresh_token=${cookies.refresh_token}; access_token=${cookies.access_token}`
  const out = await post(app, '/auth/logout', { refreshToken: one.refreshToken }, { cookie })
  t.equal(out.statusCode, 204)
  t.equal(out.headers['set-cookie'], undefined, "a browser's cookies are not cleared")
  t.equal(out.headers['clear-site-data'], undefined)
  t.same([await alive(one.accessToken), await alive(two.accessToken)], [401, 200])
  t.equal(
    (await app.inject({ url: '/auth/me', headers: bearer })).statusCode,
    200,
    'nor is its session ended',
  )

  const authorization = `Bearer ${two.accessToken}`
  t.equal((await post(app, '/auth/logout', undefined, { authorization })).statusCode, 204)
  t.equal(await alive(two.accessToken), 401)
  t.equal((await post(app, '/auth/refresh', { refreshToken: two.refreshToken })).statusCode, 401)
  for (const refreshToken of ['unknown', one.refreshToken])
    t.equal((await post(app, '/auth/logout', { refreshToken })).statusCode, 204)
})
