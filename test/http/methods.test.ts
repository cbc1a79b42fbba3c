import t from 'tap'
import { build, signIn } from '../helpers/app.js'

t.test('a path with another method gets 405, with the methods that it has', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app, 'admin')
  for (const [method, url, allow] of [
    ['DELETE', '/products', 'GET, HEAD, POST'],
    ['PUT', '/products/019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11', 'DELETE, GET, HEAD, PATCH'],
    ['PUT', '/products/x/?colour=red', 'DELETE, GET, HEAD, PATCH'],
    ['GET', '/auth/login', 'POST'],
    ['HEAD', '/auth/login', 'POST'],
    ['OPTIONS', '/auth/login', 'POST'],
    ['POST', '/admin/assets/index.js', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
    ['GET', '/products/import', 'POST'],
    ['DELETE', '/products/import', 'POST'],
    ['PUT', '/products/import/', 'POST'],
    ['PATCH', '/products/export', 'GET, HEAD'],
    ['HEAD', '/products/stock', 'PUT'],
    ['GET', '/orders/status?x=1', 'POST'],
    ['PATCH', '/orders/status', 'POST'],
    ['POST', '/orders/export', 'GET, HEAD'],
    ['DELETE', '/auth/passkeys/options', 'POST'],
  ] as const) {
    for (const sent of [headers, {}]) {
      const answer = await app.inject({ method, url, headers: sent })
      t.equal(answer.statusCode, 405, `${method} ${url}`)
      t.equal(answer.headers.allow, allow, `${method} ${url}`)
      t.match(answer.headers['content-type'], /^application\/problem\+json/)
      if (method !== 'HEAD') t.match(answer.json(), { type: '/problems/method-not-allowed', status: 405 })
    }
  }
})

t.test('a path without a route is not found, whatever the method', async (t) => {
  const app = await build(t, { corsOrigins: ['https://shop.test'] })
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'] as const)
    for (const url of ['/nope', '/products/x/y/z', '/product', '//products', '/admin/assets/nope.js'].slice(
      0,
      method === 'GET' || method === 'HEAD' ? 5 : 4,
    )) {
      const answer = await app.inject({ method, url })
      t.equal(answer.statusCode, 404, `${method} ${url}`)
      t.equal(answer.headers.allow, undefined)
    }
  t.equal((await app.inject({ method: 'HEAD', url: '/products' })).statusCode, 200)
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: '/products',
    headers: { origin: 'https://shop.test', 'access-control-request-method': 'POST' },
  })
  t.equal(preflight.statusCode, 204)
})
