import t from 'tap'
import { build, signIn } from '../helpers/app.js'
import { operationsOf } from '../helpers/openapi.js'

t.test('every response forbids framing, scripts and MIME sniffing', async (t) => {
  const app = await build(t)
  for (const url of [
    '/health/live',
    '/products',
    '/nowhere',
    '/auth/me',
    '/products/%',
    '/%ff',
    `/products/${'x'.repeat(200)}`,
  ])
    t.match(
      (await app.inject(url)).headers,
      {
        'content-security-policy':
          "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
      },
      url,
    )
  t.notOk((await app.inject('/health/live')).headers['strict-transport-security'])
})

t.test('every response in production has HSTS', async (t) => {
  const app = await build(t, { production: true })
  t.match((await app.inject('/health/live')).headers['strict-transport-security'], /^max-age=\d{8}/)
})

t.test('private responses are not cached, and public ones are revalidated', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app, 'admin')
  for (const { method, path, operationId } of await operationsOf(app))
    for (const by of [headers, {}]) {
      const answer = await app.inject({ method, url: path.replace('{id}', 'x'), headers: by })
      const shared = /^(list|get)Products?$/.test(operationId)
      const expected = operationId === 'getConfig' ? 'public, max-age=60' : shared ? 'no-cache' : 'no-store'
      t.equal(answer.headers['cache-control'], expected, operationId)
    }
  t.equal((await app.inject('/nowhere')).headers['cache-control'], 'no-store')
})

const OWN = 'https://shop.example'
const preflight = (origin: string) => ({
  method: 'OPTIONS' as const,
  url: '/auth/login',
  headers: { origin, 'access-control-request-method': 'POST' },
})

t.test('a preflight is answered according to whether its origin is allowed', async (t) => {
  for (const corsOrigins of [[], [OWN]]) {
    const app = await build(t, { corsOrigins })
    const refused = await app.inject(preflight('https://evil.example'))
    t.match(refused, { statusCode: 403 })
    t.match(refused.json(), { type: '/problems/origin-not-allowed', detail: /evil\.example.*CORS_ORIGIN/ })
    for (const name of Object.keys(refused.headers))
      t.notMatch(name, /^access-control-allow-(origin|methods)/)
    const plain = await app.inject({ method: 'OPTIONS', url: '/auth/login', headers: { origin: OWN } })
    t.ok([204, 405].includes(plain.statusCode), 'not a preflight')
  }
  const app = await build(t, { corsOrigins: [OWN] })
  const allowed = await app.inject(preflight(OWN))
  t.match(allowed, {
    statusCode: 204,
    headers: {
      'access-control-allow-origin': OWN,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      vary: 'Origin',
    },
  })
})

t.test('a page of an allowed origin can read every response', async (t) => {
  const app = await build(t, { corsOrigins: [OWN], rateLimitMax: 5 })
  const urls = ['/products', '/products/%', '/%c0%af', `/products/${'x'.repeat(200)}`, '/auth/me', '/nowhere']
  for (const url of urls)
    t.match(
      (await app.inject({ url, headers: { origin: OWN } })).headers,
      { 'access-control-allow-origin': OWN, vary: 'Origin' },
      url.slice(0, 20),
    )
  t.equal((await app.inject('/products/%')).statusCode, 429, 'URLs that cannot be decoded are counted too')
})
