import t from 'tap'
import { build } from '../../helpers/app.js'

t.test('the root shows browsers and programs where everything is', async (t) => {
  const app = await build(t, { corsOrigins: ['https://shop.example'] })
  const page = await app.inject({
    url: '/',
    headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
  })
  t.match(page, { statusCode: 200, headers: { 'content-type': /^text\/html/, vary: 'Origin, Accept' } })
  const policy = String(page.headers['content-security-policy'])
  t.match(policy, /^default-src 'none'; style-src 'sha256-[\w+/]{43}='/)
  t.notMatch(policy, /unsafe/)
  const links = [...page.body.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href)
  t.ok(links.length >= 4)
  for (const accept of ['*/*', 'application/json', undefined]) {
    const { headers, body } = await app.inject({ url: '/', headers: accept ? { accept } : {} })
    t.match(headers['content-type'], /^application\/json/)
    const index = JSON.parse(body)
    t.match(index, { name: 'stockroom', version: /^\d+\.\d+\.\d+/ })
    links.push(...(Object.values(index.links) as string[]))
  }
  for (const url of new Set(links))
    if (url !== '/admin') t.equal((await app.inject(url)).statusCode, 200, url)
  for (const method of ['GET', 'HEAD'] as const) {
    const { statusCode, headers } = await app.inject({ method, url: '/favicon.ico' })
    t.equal(statusCode, 204)
    t.notOk(Number(headers['content-length'] ?? 0), 'which has no content')
  }
})
