import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { Deliverer } from '../../src/webhooks/delivery/deliverer.js'
import { type Endpoint, now } from '../../src/webhooks/delivery/endpoint.js'
import { newSecret } from '../../src/webhooks/sending/signature.js'
import { createTransport } from '../../src/webhooks/sending/transport.js'
import { fakeLog } from '../helpers/fake-log.js'
import { type Answering, startReceiver } from '../helpers/webhook-receiver.js'

const SECRET = newSecret()
const PAUSES = [20, 40, 60]

async function setUp(t: Test, { pauses = PAUSES, timeoutMs = 1_000 } = {}) {
  const { log, read } = fakeLog()
  const transport = createTransport({ allowPrivate: true, timeoutMs })
  const deliverer = new Deliverer({
    transport,
    read,
    epoch: 'e',
    userAgent: 'test',
    pauses,
    onNews: () => {},
  })
  t.teardown(() => deliverer.close())
  deliverer.grant(now() + 60_000)
  const endpoint = (url: string, more: Partial<Endpoint> = {}): Endpoint => ({
    id: url,
    generation: 1,
    url,
    types: undefined,
    secrets: [{ text: SECRET }],
    position: 0,
    failures: 0,
    waitMs: 0,
    ...more,
  })
  /** Collects until a report is of a disabled webhook. */
  const untilDisabled = async () => {
    for (;;) {
      const report = deliverer.collect().find(({ disabled }) => disabled)
      if (report) return report
      await sleep(5)
    }
  }
  /** Waits until all answers have been taken: a receiver has an event before its answer is. */
  const untilLevel = async () => {
    while (deliverer.behind > 0) await sleep(5)
  }
  return { deliverer, log, endpoint, untilDisabled, untilLevel }
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

t.test('events arrive in order, one at a time, and each is read once for all endpoints', async (t) => {
  const { deliverer, endpoint, log, untilLevel } = await setUp(t)
  const receivers = await Promise.all(Array.from({ length: 5 }, () => startReceiver(t)))
  deliverer.advance(300)
  deliverer.setEndpoints(receivers.map(({ url }) => endpoint(url)))
  await Promise.all(receivers.map(({ until }) => until(300)))
  deliverer.advance(700)
  await Promise.all(receivers.map(({ until }) => until(700)))
  for (const { offsets, overlaps, verify, received } of receivers) {
    t.same(offsets(), range(1, 700))
    t.equal(overlaps(), 0)
    verify(SECRET, received.slice(0, 20))
    t.equal(received[9]?.id, 'e:10')
  }
  t.ok(log.reads <= 5, `${log.reads} reads`)
  await untilLevel()
  const reports = deliverer.collect()
  t.same(
    reports.map(({ position }) => position),
    [700, 700, 700, 700, 700],
  )
  t.ok(reports.every(({ attempts }) => attempts.length === 700))
  t.same(deliverer.collect(), [])
  t.equal(deliverer.behind, 0)
})

t.test('only events of its types are delivered, from its position on, and others move it', async (t) => {
  const { deliverer, endpoint, untilLevel } = await setUp(t)
  const receiver = await startReceiver(t)
  deliverer.advance(995)
  deliverer.setEndpoints([endpoint(receiver.url, { types: ['stock:low'], position: 941 })])
  await receiver.until(5)
  t.same(receiver.offsets(), [950, 960, 970, 980, 990])
  await untilLevel()
  t.equal((await deliverer.close())[0]?.position, 995)
})

const failing =
  (status: number, headers = {}): Answering =>
  (_received, response) =>
    response.writeHead(status, headers).end('no')

t.test('it tells how far the endpoint furthest behind is', async (t) => {
  const { deliverer, endpoint, untilLevel } = await setUp(t)
  const hanging = await startReceiver(t, ({ event }, response) => {
    if (event.offset < 3) response.writeHead(204).end()
  })
  const live = await startReceiver(t)
  deliverer.advance(20)
  deliverer.setEndpoints([endpoint(live.url), endpoint(hanging.url)])
  await Promise.all([hanging.until(3), live.until(20)])
  t.equal(deliverer.behind, 18, 'from 3 to 20')
  deliverer.setEndpoints([endpoint(live.url)])
  await untilLevel()
})

t.test('a failed event is tried again with the same id, and disabled after the last pause', async (t) => {
  const { deliverer, endpoint, untilDisabled } = await setUp(t)
  const receiver = await startReceiver(t, failing(500))
  deliverer.advance(9)
  deliverer.setEndpoints([endpoint(receiver.url)])
  const report = await untilDisabled()
  t.match(report, { position: 0, failures: 4, disabled: { reason: 'failed' } })
  t.same(
    receiver.received.map(({ id }) => id),
    Array(4).fill('e:1'),
  )
  const times = receiver.received.map(({ at }) => at)
  for (const [i, pause] of PAUSES.entries())
    t.ok(Number(times[i + 1]) - Number(times[i]) >= pause - 1, `pause ${i}`)
})

t.test('a success ends a series of failures; 410 disables at once', async (t) => {
  const { deliverer, endpoint, untilDisabled } = await setUp(t)
  const receiver = await startReceiver(t, ({ event }, response, count) => {
    response.writeHead(event.offset === 4 ? 410 : count % 3 === 0 ? 200 : 302, { location: '/' }).end('hello')
  })
  deliverer.advance(9)
  deliverer.setEndpoints([endpoint(receiver.url)])
  const { disabled, failures, position } = await untilDisabled()
  t.same([disabled, failures, position], [{ reason: 'gone' }, 1, 3])
  t.same(receiver.offsets(), [1, 1, 1, 2, 2, 2, 3, 3, 3, 4])
})

t.test('Retry-After lengthens a pause', async (t) => {
  const { deliverer, endpoint } = await setUp(t)
  const receiver = await startReceiver(t, (_received, response, count) => {
    if (count === 1) response.writeHead(429, { 'retry-after': '1' }).end()
    else response.writeHead(204).end()
  })
  deliverer.advance(1)
  deliverer.setEndpoints([endpoint(receiver.url)])
  await receiver.until(2)
  const [first, second] = receiver.received
  t.ok(Number(second?.at) - Number(first?.at) >= 990)
})

t.test('endpoints that hang, fail or are unreachable delay no other', async (t) => {
  const { deliverer, endpoint } = await setUp(t, { pauses: [5], timeoutMs: 20_000 })
  const hanging = await startReceiver(t, () => {})
  const dead = Array.from({ length: 50 }, (_, i) => endpoint('http://127.0.0.1:1/', { id: `dead ${i}` }))
  const stuck = Array.from({ length: 50 }, (_, i) => endpoint(hanging.url, { id: `stuck ${i}` }))
  const live = await startReceiver(t)
  deliverer.advance(500)
  deliverer.setEndpoints([...dead, ...stuck, endpoint(live.url)])
  await live.until(500)
  t.same(live.offsets(), range(1, 500))
  deliverer.setEndpoints([])
})

t.test('nothing is sent without a grant, and a request in flight at its end is aborted', async (t) => {
  const { deliverer, endpoint } = await setUp(t)
  let closed = 0
  const receiver = await startReceiver(t, ({ event }, response) => {
    if (event.offset < 3) response.writeHead(204).end()
    else response.once('close', () => closed++)
  })
  deliverer.advance(9)
  deliverer.grant(now() + 200)
  deliverer.setEndpoints([endpoint(receiver.url)])
  await receiver.until(3)
  while (closed === 0) await sleep(5)
  await sleep(100)
  t.same(receiver.offsets(), [1, 2, 3])
  const [report] = deliverer.collect()
  t.match(report, { position: 2, failures: 0, waitMs: null })
  t.equal(report?.attempts.length, 2, 'what was aborted is no attempt')
  deliverer.grant(now() + 60_000)
  await receiver.until(4)
  t.equal(receiver.offsets().at(-1), 3)
  deliverer.setEndpoints([])
})

t.test('events that the log deleted are named, and never passed over', async (t) => {
  const { deliverer, endpoint, log, untilDisabled } = await setUp(t)
  const receiver = await startReceiver(t)
  log.oldest = 300
  deliverer.advance(400)
  deliverer.setEndpoints([endpoint(receiver.url, { position: 299 })])
  await receiver.until(101)
  t.same(receiver.offsets(), range(300, 400), 'none is missing in the middle of a block')
  deliverer.setEndpoints([endpoint(receiver.url, { id: 'late', position: 42 })])
  t.match(await untilDisabled(), {
    id: 'late',
    disabled: { reason: 'events-lost', lost: { from: 43, to: 299 } },
  })
})

t.test(
  'a changed endpoint starts over at its new position, and what it did before is reported',
  async (t) => {
    const { deliverer, endpoint, untilLevel } = await setUp(t)
    const receiver = await startReceiver(t)
    deliverer.advance(3)
    deliverer.setEndpoints([endpoint(receiver.url)])
    await receiver.until(3)
    await untilLevel()
    deliverer.setEndpoints([endpoint(receiver.url, { generation: 2, position: 1 })])
    await receiver.until(5)
    t.same(receiver.offsets(), [1, 2, 3, 2, 3])
    await untilLevel()
    const reports = deliverer.collect()
    t.same(
      reports.map(({ generation, attempts }) => [generation, attempts.length]),
      [
        [1, 3],
        [2, 2],
      ],
    )
  },
)

t.test('after a rotation requests are signed by both secrets, until the previous one ends', async (t) => {
  const { deliverer, endpoint } = await setUp(t)
  const receiver = await startReceiver(t)
  const fresh = newSecret()
  deliverer.setEndpoints([
    endpoint(receiver.url, { secrets: [{ text: fresh }, { text: SECRET, until: now() + 300 }] }),
  ])
  deliverer.advance(1)
  await receiver.until(1)
  receiver.verify(fresh)
  receiver.verify(SECRET)
  await sleep(320)
  deliverer.advance(2)
  await receiver.until(2)
  receiver.verify(fresh)
  t.throws(() => receiver.verify(SECRET, receiver.received.slice(1)))
})
