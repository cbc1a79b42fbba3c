import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { pathOf, startCollector } from '../helpers/collector.js'
import { PATIENCE_MS } from '../helpers/patience.js'
import { makeProduct } from '../helpers/process.js'
import { open, token } from '../helpers/sockets.js'
import { startReceiver } from '../helpers/webhook-receiver.js'
import { fresh, startWorkers, WORKERS } from '../helpers/workers.js'

/** How long spans of one attempt are waited for. */
const SPANS_MS = 5_000

/** All spans of a request that changes an order, by the spans above them. */
const spansOf = (request: string, ...own: string[]) =>
  [
    request,
    ...own.map((name) => `${request} > ${name}`),
    ...Array.from({ length: WORKERS + 1 }, () => `${request} > events.relay`),
    `${request} > events.relay > sockets.send`,
    `${request} > events.relay > webhooks.deliver`,
  ].toSorted()

t.test('a trace goes through all processes of a server', async (t) => {
  const { spans, address } = await startCollector(t)
  const server = await startWorkers(t, {
    OTEL_EXPORTER_OTLP_ENDPOINT: address,
    WEBHOOK_ALLOW_PRIVATE: 'true',
  })
  const { url, headers } = server
  const receiver = await startReceiver(t)
  const types = ['order:created', 'order:updated']
  const body = JSON.stringify({ url: receiver.url, types })
  t.equal((await fresh(`${url}/webhooks`, { method: 'POST', headers, body })).status, 201)
  const productId = await makeProduct(url, headers, 1_000)
  const follower = open(t, `${url}/admin`, {
    token: token({ headers: headers as { authorization: string } }),
  })
  await follower.ready()

  let traces = 0
  const send = async (path: string, payload: object) => {
    const traceId = String(++traces).padStart(32, '0')
    const answer = await fresh(url + path, {
      method: 'POST',
      headers: { ...headers, traceparent: `00-${traceId}-${'f'.repeat(16)}-01` },
      body: JSON.stringify(payload),
    })
    return { traceId, status: answer.status, body: (await answer.json()) as { id: string } }
  }

  /** Repeats a request until its trace has all of `expected`: a process may find events in the log before it hears of their trace. */
  const untilWhole = async (request: () => ReturnType<typeof send>, expected: readonly string[]) => {
    const giveUpAt = performance.now() + PATIENCE_MS / 2
    for (;;) {
      const { traceId } = await request()
      const found = () => {
        const mine = spans.filter((span) => span.traceId === traceId)
        return mine.map((span) => pathOf(mine, span).join(' > ')).toSorted()
      }
      const deadline = performance.now() + SPANS_MS
      while (performance.now() < deadline && found().join() !== expected.join()) await sleep(20)
      if (found().join() === expected.join() || performance.now() > giveUpAt) return found()
    }
  }

  const order = () => send('/orders', { productId, quantity: 1 })
  const placing = spansOf('POST /orders', 'orders.queue', 'orders.commit')
  t.same(await untilWhole(order, placing), placing, 'an order, which the committer commits')

  const cancel = async () => send(`/orders/${(await order()).body.id}/cancel`, {})
  const cancelling = spansOf('POST /orders/:id/cancel')
  t.same(await untilWhole(cancel, cancelling), cancelling, 'a change that a worker commits')

  const delivered = receiver.received.at(-1)?.headers.traceparent
  t.ok(
    spans.some(({ traceId, spanId }) => delivered === `00-${traceId}-${spanId}-01`),
    'the receiver is told the span of its delivery',
  )
  t.equal(await server.stop(), 0)
})
