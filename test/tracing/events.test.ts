import t from 'tap'
import {
  attributesOf,
  PARENT,
  pathOf,
  startCollector,
  TRACE,
  traceparent,
  tracingTo,
} from '../helpers/collector.js'
import { shop } from '../helpers/shop.js'
import { listen, open, token } from '../helpers/sockets.js'
import { startReceiver } from '../helpers/webhook-receiver.js'

const webhooks = { allowPrivate: true, httpsOnly: false }

t.test('the trace of an order goes on to its events, sockets, streams and webhooks', async (t) => {
  const { spans, url, until } = await startCollector(t)
  const { app, admin, add, call } = await shop(t, { tracing: tracingTo(url), webhooks })
  const { id: productId } = await add()
  const address = await listen(app)
  const receiver = await startReceiver(t)
  const types = ['order:created']
  const webhook = (await call('POST', '/webhooks', { url: `${receiver.url}?key=secret`, types })).json()
  const follower = open(t, `${address}/admin`, {
    token: token({ headers: admin as { authorization: string } }),
  })
  await follower.ready()
  const leaving = new AbortController()
  const stream = await fetch(`${address}/events/stream?view=admin`, {
    headers: admin,
    signal: leaving.signal,
  })
  t.equal(stream.status, 200)

  const order = (await call('POST', '/orders', { productId, quantity: 1 }, traceparent)).json()
  await receiver.until(1)
  await until(TRACE, 'webhooks.deliver')
  await until(TRACE, 'sockets.send')
  await until(TRACE, 'streams.send')
  leaving.abort()
  await app.close()

  const mine = spans.filter(({ traceId }) => traceId === TRACE)
  const paths = mine.map((span) => pathOf(mine, span).join(' > '))
  t.same(paths.toSorted(), [
    'POST /orders',
    'POST /orders > events.relay',
    'POST /orders > events.relay > sockets.send',
    'POST /orders > events.relay > streams.send',
    'POST /orders > events.relay > webhooks.deliver',
    'POST /orders > orders.commit',
    'POST /orders > orders.queue',
  ])
  const delivery = mine.find(({ name }) => name === 'webhooks.deliver')
  t.match(attributesOf(delivery), {
    'server.address': '127.0.0.1',
    'http.response.status_code': 204,
    'stockroom.webhook.id': webhook.id,
    'stockroom.event.type': 'order:created',
    'stockroom.event.offset': receiver.received[0]?.event.offset,
  })
  t.match(receiver.received, [{ event: { data: { id: order.id } } }])
  t.equal(receiver.received[0]?.headers.traceparent, `00-${TRACE}-${delivery?.spanId}-01`)
  receiver.verify(webhook.secret)
  t.notMatch(JSON.stringify(spans), /secret/, 'the query of a receiver stays here')
  t.ok(mine.find(({ name }) => name === 'POST /orders')?.parentSpanId === PARENT)
})

t.test('a failed attempt is an error, and the next is in the trace too', async (t) => {
  const { spans, url, until } = await startCollector(t)
  const { app, call, add } = await shop(t, { tracing: tracingTo(url), webhooks })
  const receiver = await startReceiver(t, (_received, response, count) => {
    response.writeHead(count === 1 ? 410 : 204).end()
  })
  await call('POST', '/webhooks', { url: receiver.url, types: ['product:created'] })
  await call('POST', '/products', { name: 'Chair', price: 5, stock: 1 }, traceparent)
  await receiver.until(1)
  await until(TRACE, 'webhooks.deliver')
  await add()
  await app.close()
  const delivery = spans.find(({ name }) => name === 'webhooks.deliver')
  t.match(attributesOf(delivery), { 'http.response.status_code': 410, 'error.type': '410' })
})

t.test('receivers get no header of a request that is not sampled, nor without traces', async (t) => {
  const { url } = await startCollector(t)
  for (const tracing of [tracingTo(url, { sampler: 'always_off' }), undefined]) {
    const { app, call } = await shop(t, { tracing, webhooks })
    const receiver = await startReceiver(t)
    await call('POST', '/webhooks', { url: receiver.url, types: ['product:created'] })
    await call('POST', '/products', { name: 'Chair', price: 5, stock: 1 }, traceparent)
    await receiver.until(1)
    t.equal(receiver.received[0]?.headers.traceparent, undefined)
    await app.close()
  }
})
