import t from 'tap'
import { attributesOf, PARENT, startCollector, TRACE, traceparent, tracingTo } from '../helpers/collector.js'
import { freePort } from '../helpers/ports.js'
import { shop } from '../helpers/shop.js'

t.test('the spans of an order are children of its request, in the trace of the client', async (t) => {
  const { spans, url } = await startCollector(t)
  const { app, add, call } = await shop(t, { tracing: tracingTo(url) })
  const { id: productId } = await add()
  const answer = await call('POST', '/orders', { productId, quantity: 1 }, traceparent)
  t.equal(answer.statusCode, 201)
  await app.close()
  const mine = spans.filter(({ traceId }) => traceId === TRACE)
  const request = mine.find(({ name }) => name === 'POST /orders')
  t.match(request, { parentSpanId: PARENT, kind: 2 })
  t.match(attributesOf(request), {
    'http.request.method': 'POST',
    'http.route': '/orders',
    'url.path': '/orders',
    'http.response.status_code': 201,
  })
  const children = mine.filter(({ parentSpanId }) => parentSpanId === request?.spanId)
  const names = children.map(({ name }) => name).filter((name) => name.startsWith('orders.'))
  t.same(names.toSorted(), ['orders.commit', 'orders.queue'])
})

t.test('the commits of one batch are linked to the first', async (t) => {
  const { spans, url } = await startCollector(t)
  const { app, add, call } = await shop(t, { tracing: tracingTo(url) })
  const { id: productId } = await add({ stock: 50 })
  await Promise.all(Array.from({ length: 20 }, () => call('POST', '/orders', { productId, quantity: 1 })))
  await app.close()
  const commits = spans.filter(({ name }) => name === 'orders.commit')
  t.equal(commits.length, 20)
  const leading = new Set(commits.filter(({ links }) => links.length === 0).map(({ spanId }) => spanId))
  t.ok(leading.size < 20, 'some shared a commit')
  for (const { links } of commits) for (const { spanId } of links) t.ok(leading.has(spanId))
})

t.test('nothing is sent of requests that are not sampled', async (t) => {
  const { spans, url } = await startCollector(t)
  const { app, add } = await shop(t, { tracing: tracingTo(url, { sampler: 'traceidratio', ratio: 0 }) })
  await add()
  await app.close()
  t.same(spans, [])
})

t.test('a collector that cannot be reached stops neither orders nor the end', async (t) => {
  const url = `http://127.0.0.1:${await freePort()}/v1/traces`
  const { app, add, call } = await shop(t, { tracing: tracingTo(url) })
  const { id: productId } = await add()
  t.equal((await call('POST', '/orders', { productId, quantity: 1 })).statusCode, 201)
  const begun = performance.now()
  await app.close()
  t.ok(performance.now() - begun < 8_000)
})

t.test('without an address for traces, there is no tracer', async (t) => {
  const { app } = await shop(t)
  t.equal(app.tracing, undefined)
})
