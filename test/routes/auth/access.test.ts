import { createHmac } from 'node:crypto'
import { request } from 'node:http'
import t, { type Test } from 'tap'
import { build, signIn } from '../../helpers/app.js'

const SECRET = 'a secret of the tests, long enough'
const ALLOWED = 'https://shop.example'

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
const sign = (header: object, payload: object, hash = 'sha256', key = SECRET) => {
  const text = `${encode(header)}.${encode(payload)}`
  return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`
}

async function setup(t: Test) {
  const app = await build(t, { jwtSecret: SECRET, corsOrigins: [ALLOWED] })
  const { id, headers } = await signIn(app)
  const token = headers.authorization.slice('Bearer '.length)
  const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  const me = async (by: Record<string, string>) =>
    (await app.inject({ url: '/auth/me', headers: by })).statusCode
  return { app, id, token, payload, me }
}

t.test('an access token is HS256, lives 15 minutes, and has this shop as issuer and audience', async (t) => {
  const { token, payload, id, me } = await setup(t)
  t.same(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()), {
    alg: 'HS256',
    typ: 'at+jwt',
  })
  t.match(payload, { sub: id, role: 'customer', iss: 'stockroom', aud: 'stockroom' })
  t.equal(payload.exp - payload.iat, 900)
  const own = sign({ alg: 'HS256', typ: 'at+jwt' }, payload)
  t.equal(own, token, 'the signature matches RFC 7515')
  t.equal(await me({ authorization: `bearer ${own}` }), 200)
  const earlier = sign({ alg: 'HS256', typ: 'JWT' }, payload)
  t.equal(await me({ authorization: `Bearer ${earlier}` }), 200, 'a token signed by an earlier version')
})

t.test('every other token is refused', async (t) => {
  const { token, payload, me } = await setup(t)
  const header = { alg: 'HS256', typ: 'JWT' }
  const less = (claim: string) => Object.fromEntries(Object.entries(payload).filter(([key]) => key !== claim))
  const [head, body, signature = ''] = token.split('.')
  const tokens: Record<string, string> = {
    'alg none': `${encode({ alg: 'none' })}.${body}.`,
    'alg none, signed': `${encode({ alg: 'none' })}.${body}.${signature}`,
    'no signature': `${head}.${body}.`,
    HS384: sign({ alg: 'HS384' }, payload, 'sha384'),
    HS512: sign({ alg: 'HS512' }, payload, 'sha512'),
    'another key': sign(header, payload, 'sha256', 'another secret that is long enough'),
    'another role': `${head}.${encode({ ...payload, role: 'admin' })}.${signature}`,
    'another issuer': sign(header, { ...payload, iss: 'elsewhere' }),
    'another audience': sign(header, { ...payload, aud: 'elsewhere' }),
    expired: sign(header, { ...payload, exp: Math.floor(Date.now() / 1000) - 1 }),
    // Signed with the right key, yet not an access token.
    'another type': sign({ alg: 'HS256', typ: 'reset+jwt' }, payload),
    'no type': sign({ alg: 'HS256' }, payload),
    'a number as user id': sign(header, { ...payload, sub: 5 }),
    'a malformed user id': sign(header, { ...payload, sub: 'ada' }),
    'a list as session id': sign(header, { ...payload, sid: [payload.sid] }),
    'an object as session id': sign(header, { ...payload, sid: {} }),
    'an unknown role': sign(header, { ...payload, role: 'owner' }),
    'a list of roles': sign(header, { ...payload, role: ['admin'] }),
    'a string as expiry': sign(header, { ...payload, exp: '9999999999' }),
    'not a JWT': 'x',
    'not base64': '%.%.%',
    ...Object.fromEntries(
      ['iss', 'aud', 'exp', 'sub', 'sid', 'role'].map((claim) => [`no ${claim}`, sign(header, less(claim))]),
    ),
  }
  for (const [what, forged] of Object.entries(tokens)) {
    t.equal(await me({ authorization: `Bearer ${forged}` }), 401, what)
    t.equal(await me({ cookie: `access_token=${forged}` }), 401, `${what}, as a cookie`)
  }
  t.equal(await me({}), 401)
})

t.test('the header takes precedence over the cookie, valid or not', async (t) => {
  const { app, token, me } = await setup(t)
  const cookie = `access_token=${token}`
  t.equal(await me({ cookie }), 200)
  for (const authorization of ['Bearer x', 'Bearer', '', 'Basic YTpi', token, `Bearer ${token} ${token}`])
    t.equal(await me({ cookie, authorization }), 401, `"${authorization.slice(0, 20)}"`)
  const other = await signIn(app, 'admin')
  const answer = await app.inject({ url: '/auth/me', headers: { cookie, ...other.headers } })
  t.equal(answer.json().id, other.id)
  t.equal(await me({ cookie: 'access_token=x', authorization: `Bearer ${token}` }), 200)
})

t.test('a cookie that is sent twice is ignored: the second may be set by an attacker', async (t) => {
  const { app, token, me } = await setup(t)
  const other = await signIn(app)
  const theirs = other.headers.authorization.slice('Bearer '.length)
  t.equal(await me({ cookie: `a=b; access_token=${token};c=d` }), 200)
  for (const [first, second] of [
    [token, theirs],
    [theirs, token],
  ])
    t.equal(await me({ cookie: `access_token=${first}; access_token=${second}` }), 401)
  const { sessions } = app.accounts
  const user = await app.db.read.user.findUniqueOrThrow({ where: { id: other.id } })
  const opened = await sessions.open(user, { ip: '203.0.113.7', userAgent: undefined })
  const refresh = (cookie: string) =>
    app.inject({ method: 'POST', url: '/auth/refresh', headers: { cookie } })
  const mine = `refresh_token=${opened?.refreshToken}`
  t.equal((await refresh(`refresh_token=x; ${mine}`)).statusCode, 401)
  t.equal((await refresh(`${mine}; refresh_token=x`)).statusCode, 401)
  t.equal((await refresh(mine)).statusCode, 200)
})

t.test("in production the cookies' name prefixes prevent sibling hosts from setting them", async (t) => {
  const app = await build(t, { production: true, jwtSecret: SECRET })
  const { headers } = await signIn(app)
  const token = headers.authorization.slice('Bearer '.length)
  const me = async (cookie: string) => (await app.inject({ url: '/auth/me', headers: { cookie } })).statusCode
  t.equal(await me(`__Host-access_token=${token}`), 200)
  t.equal(await me(`access_token=${token}`), 401)
  t.equal(await me(`__Secure-access_token=${token}`), 401)
  t.equal(await me(`access_token=x; __Host-access_token=${token}`), 200)
  const { securitySchemes } = (await app.inject('/docs/json')).json().components
  t.equal(securitySchemes.cookie.name, '__Host-access_token')
  t.equal(securitySchemes.refreshCookie.name, '__Secure-refresh_token')
})

t.test("a change authenticated by cookie must come from the server's own or an allowed origin", async (t) => {
  const { app, token } = await setup(t)
  const bearer = { authorization: `Bearer ${token}` }
  const cookie = { cookie: `access_token=${token}; refresh_token=x` }
  const host = { host: 'api.shop.test' }
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'not an origin' },
    { origin: 'https://api.shop.test.evil.example' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.shop.test', 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]
  const fine: Record<string, string>[] = [
    { origin: 'https://api.shop.test' },
    { origin: ALLOWED },
    { origin: ALLOWED, 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ]
  const status = async (method: 'POST' | 'DELETE' | 'GET', url: string, headers: Record<string, string>) =>
    (await app.inject({ method, url, headers: { ...host, ...headers } })).statusCode

  for (const from of foreign) {
    const what = JSON.stringify(from)
    const refused = await app.inject({
      method: 'POST',
      url: '/auth/refresh',
      headers: { ...host, ...cookie, ...from },
    })
    t.equal(refused.statusCode, 403, what)
    t.equal(refused.json().type, '/problems/cross-site-request')
    t.equal(refused.headers['set-cookie'], undefined)
    t.equal(await status('POST', '/auth/logout', { ...cookie, ...from }), 403, what)
    t.equal(await status('DELETE', '/auth/sessions/x', { ...cookie, ...from }), 403, what)
    t.equal(await status('DELETE', '/auth/sessions/x', { ...bearer, ...from }), 404, `${what}, by header`)
    t.equal(await status('GET', '/auth/me', { ...cookie, ...from }), 200, `${what}, changing nothing`)
  }
  for (const from of fine) {
    const what = JSON.stringify(from)
    t.equal(await status('POST', '/auth/refresh', { ...cookie, ...from }), 401, what)
    t.equal(await status('DELETE', '/auth/sessions/x', { ...cookie, ...from }), 404, what)
  }

  // A program with a jar of cookies, such as curl, tells no origin.
  const silent = await app.inject({
    method: 'DELETE',
    url: '/auth/sessions/x',
    headers: { ...host, ...cookie },
  })
  t.equal(silent.statusCode, 403)
  t.match(silent.json(), { type: '/problems/cross-site-request', detail: /Origin header.*Bearer/ })
  t.equal(await status('DELETE', '/auth/sessions/x', { ...bearer }), 404)
  t.equal(await status('GET', '/auth/me', cookie), 200)
  t.equal(await status('POST', '/auth/refresh', cookie), 401, 'the refresh cookie is SameSite=Strict')
  t.equal(await status('POST', '/auth/logout', cookie), 204)
  t.equal(await status('GET', '/auth/me', cookie), 401, 'and the session has ended')
})

t.test('a request whose body arrives after its session has ended changes nothing', async (t) => {
  const app = await build(t)
  const url = await app.listen({ port: 0 })
  const { id, headers } = await signIn(app, 'admin')
  const body = JSON.stringify({ name: 'Lamp', price: 1, stock: 1 })
  const send = (meanwhile: () => Promise<unknown>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const outgoing = request(`${url}/products`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'content-length': body.length },
      })
      outgoing.on('response', (answer) => resolve(answer.resume().statusCode)).on('error', reject)
      outgoing.flushHeaders()
      // The headers have been checked once the server answers a later request.
      setImmediate(async () => {
        await app.inject('/auth/me')
        await meanwhile()
        outgoing.end(body)
      })
    })
  const arrived = () => new Promise((resolve) => app.server.once('request', resolve))
  let began = arrived()
  t.equal(await send(() => began), 201)
  began = arrived()
  t.equal(await send(() => began.then(() => app.accounts.sessions.endAll(id))), 401)
  t.equal(await app.db.read.product.count(), 1)
})
