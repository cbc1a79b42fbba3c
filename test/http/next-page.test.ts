import Fastify from 'fastify'
import t from 'tap'
import deprecation from '../../src/plugins/deprecation.js'
import { build, signIn } from '../helpers/app.js'
import { addProduct } from '../helpers/books.js'
import { operationsOf } from '../helpers/openapi.js'

t.test('every list of pages links to the next, and the link leads there', async (t) => {
  const app = await build(t)
  const { headers, id: userId } = await signIn(app, 'admin')
  await signIn(app)
  const productId = await addProduct(app, { name: 'Mug & cup' })
  await addProduct(app)
  for (let n = 0; n < 2; n++) await app.orders.place({ userId, productId, quantity: 1, idempotencyKey: null })
  for (const name of ['Mug', 'Jug'])
    await app.inject({ method: 'PATCH', url: `/products/${productId}`, payload: { name }, headers })

  const lists = (await operationsOf(app)).filter(({ responses }) => {
    const { properties } = responses['200']?.content?.['application/json']?.schema ?? {}
    return properties !== undefined && 'nextCursor' in (properties as object)
  })
  t.ok(lists.length >= 5)
  for (const { operationId, path, responses } of lists) {
    t.ok(responses['200']?.headers?.Link, operationId)
    const url = `${path.replace('{id}', productId)}?limit=1`
    const first = await app.inject({ url, headers })
    if (first.statusCode !== 200 || first.json().nextCursor === null) continue
    const [, link = ''] = /^<(\?[^>]+)>; rel="next"$/.exec(String(first.headers.link)) ?? []
    t.equal(new URLSearchParams(link).get('cursor'), first.json().nextCursor, operationId)
    const second = await app.inject({ url: url.replace(/\?.*/, link), headers })
    t.equal(second.statusCode, 200, operationId)
    t.notSame(second.json().items, first.json().items, operationId)
  }
  const filtered = await app.inject('/products?q=mug%3E%20%22&page=1&limit=1')
  t.equal(filtered.headers.link, undefined, 'the last page links to none')
  const paged = String((await app.inject('/products?sort=name&page=1&limit=1')).headers.link)
  t.match(paged, /^<\?sort=name&limit=1&cursor=/)
})

t.test('a deprecated route says so', async (t) => {
  const app = Fastify()
  await app.register(deprecation)
  const since = new Date('2026-11-01T00:00:00Z')
  const sunset = new Date('2027-05-01T00:00:00Z')
  app.get('/old', { config: { deprecated: { since, sunset, link: '/docs' } } }, async () => 'old')
  app.get('/older', { config: { deprecated: { since } } }, async () => 'older')
  app.get('/new', async () => 'new')
  t.match((await app.inject('/old')).headers, {
    deprecation: '@1793491200',
    sunset: 'Sat, 01 May 2027 00:00:00 GMT',
    link: '</docs>; rel="deprecation"; type="text/html"',
  })
  t.notHas((await app.inject('/older')).headers, { sunset: /./ })
  t.notHas((await app.inject('/new')).headers, { deprecation: /./ })
})
