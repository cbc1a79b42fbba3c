import t from 'tap'
import type { App } from '../../src/app.js'
import { build, signIn } from '../helpers/app.js'
import { docsFile } from '../helpers/docs-files.js'
import { operationsOf } from '../helpers/openapi.js'

/** One response of each kind: pages, files, data, errors, an undecodable URL, a response without a body. */
const KINDS = [
  '/',
  '/admin',
  '/docs',
  '/docs/json',
  '/docs/asyncapi.json',
  '/products',
  '/auth/me',
  '/metrics',
  '/health/live',
  '/favicon.ico',
  '/nowhere',
  '/%ff',
]

/** The same, and files whose addresses change with their content. */
async function kindsOf(app: App) {
  const { body } = await app.inject('/docs')
  return [...KINDS, docsFile(body, 'swagger-ui-bundle.js'), docsFile(body, 'swagger-ui.css')]
}

const asBrowser = { accept: 'text/html' }

t.test('every kind of response has HSTS in production, for a year and for all subdomains', async (t) => {
  const app = await build(t, { production: true })
  for (const url of await kindsOf(app)) {
    const { headers } = await app.inject({ url, headers: asBrowser })
    t.equal(headers['strict-transport-security'], 'max-age=31536000; includeSubDomains', url)
  }
})

t.test(
  'every kind of response has nosniff, a referrer policy and a strict content security policy',
  async (t) => {
    const app = await build(t)
    for (const url of await kindsOf(app)) {
      const { headers } = await app.inject({ url, headers: asBrowser })
      t.match(headers, { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }, url)
      const policy = String(headers['content-security-policy'])
      for (const directive of ['default-src', 'object-src', 'base-uri', 'form-action', 'frame-ancestors'])
        t.match(policy, new RegExp(`(^|; )${directive} 'none'(;|$)`), `${url} ${directive}`)
      // The page at /docs is laid out by style attributes.
      const strict = url.startsWith('/docs') ? policy.replace("style-src-attr 'unsafe-inline'", '') : policy
      t.notMatch(strict, /unsafe|https?:|\*|\.\w/, `${url} names no other host and allows no inline script`)
    }
  },
)

t.test('a response with a body declares its media type, and text its charset', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app, 'admin')
  const documented = (await operationsOf(app)).map(({ method, path }) => ({
    method,
    url: path.replace('{id}', 'x'),
  }))
  const requests = [...documented, ...(await kindsOf(app)).map((url) => ({ method: 'GET' as const, url }))]
  for (const request of requests) {
    const answer = await app.inject({ ...request, headers: { ...headers, ...asBrowser } })
    if (answer.body === '') continue
    const type = String(answer.headers['content-type'])
    const what = `${request.method} ${request.url} ${type}`
    t.match(type, /; ?charset=utf-8$/, what)
    if (/[/+]json;/.test(type)) t.doesNotThrow(() => answer.json(), what)
    t.equal(type.startsWith('text/html'), /<!doctype html>/i.test(answer.body.slice(0, 200)), what)
  }
})

t.test('no folder is listed, and no other file of the project is served', async (t) => {
  const app = await build(t)
  for (const url of [
    '/admin/assets',
    '/admin/assets/',
    '/docs/static',
    '/docs/static/',
    '/.git/HEAD',
    '/admin/../.git/HEAD',
    '/admin/assets/..%2f..%2f..%2f.git/HEAD',
    '/admin/assets/%00',
    '/docs/static/%00',
    '/package.json',
    '/.env',
    '/data/stockroom.db',
    '/dist/server.js',
  ]) {
    const answer = await app.inject(url)
    t.equal(answer.statusCode, 404, url)
    t.match(answer.headers['content-type'], /^application\/problem\+json/, url)
  }
})

t.test('no path answers TRACE, or echoes a request', async (t) => {
  const app = await build(t)
  for (const url of ['/', '/products', '/auth/me', '/admin']) {
    const answer = await app.inject({
      method: 'TRACE' as 'GET',
      url,
      headers: { 'x-secret': 'not to be told' },
    })
    t.equal(answer.statusCode, 405, url)
    t.notMatch(answer.body, /not to be told/)
  }
})

t.test('a page of a disallowed origin cannot read any response', async (t) => {
  const app = await build(t, { corsOrigins: ['https://shop.example'] })
  for (const origin of [
    'https://evil.example',
    'https://shop.example.evil.example',
    'http://shop.example',
    'null',
  ])
    for (const url of await kindsOf(app)) {
      const { headers } = await app.inject({ url, headers: { origin } })
      t.equal(headers['access-control-allow-origin'], undefined, `${origin} ${url}`)
    }
})
