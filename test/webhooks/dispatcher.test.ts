import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { createSecretBox } from '../../src/accounts/mfa/secret-box.js'
import { SYSTEM } from '../../src/stream/origin.js'
import { Deliverer } from '../../src/webhooks/delivery/deliverer.js'
import type { Delivering } from '../../src/webhooks/delivery/start-thread.js'
import { Dispatcher, type DispatcherOptions } from '../../src/webhooks/dispatcher.js'
import { loadEndpoints } from '../../src/webhooks/endpoints.js'
import { DEAD_MS, Lease } from '../../src/webhooks/lease.js'
import { createHosts } from '../../src/webhooks/sending/resolve.js'
import { createTransport } from '../../src/webhooks/sending/transport.js'
import { createWebhooks } from '../../src/webhooks/webhooks.js'
import { engineDb } from '../helpers/engine-db.js'
import { type Answering, startReceiver } from '../helpers/webhook-receiver.js'

type Engine = Awaited<ReturnType<typeof engineDb>>
const box = createSecretBox({ secrets: ['x'.repeat(32)], purpose: 'webhooks' })
const urls = { hosts: createHosts({ allowPrivate: true }), httpsOnly: false }

/** A dispatcher delivering in this thread. */
async function startNode({ db, eventLog }: Engine, t: Test) {
  const position = { head: await eventLog.head() }
  let isLeading = false
  const start: DispatcherOptions['start'] = (options): Delivering => {
    const transport = createTransport({ allowPrivate: true })
    const deliverer = new Deliverer({ ...options, transport, userAgent: 'test', pauses: [20, 30] })
    return {
      grant: (until) => deliverer.grant(until),
      advance: (head) => deliverer.advance(head),
      setEndpoints: (endpoints) => deliverer.setEndpoints(endpoints),
      collect: async () => deliverer.collect(),
      get behind() {
        return deliverer.behind
      },
      close: () => deliverer.close(),
    }
  }
  const failures: unknown[] = []
  const dispatcher = new Dispatcher({
    db,
    eventLog,
    start,
    load: () => loadEndpoints({ db, box, onLostSecret: (id) => failures.push(id) }),
    read: async (after, upTo) => {
      const events = await eventLog.readTexts(after, Math.min(upTo, after + 256 - (after % 256)))
      const last = events.at(-1)?.offset ?? after
      if (events.length === last - after && last > after) return { upTo: last, events }
      return { upTo, events: undefined, oldest: (await eventLog.oldest()) ?? 0 }
    },
    epoch: eventLog.epoch,
    head: () => position.head,
    onSaved: () => {},
    onLead: (leads) => {
      isLeading = leads
    },
    onFailure: (error) => failures.push(error),
  })
  dispatcher.start()
  t.teardown(() => dispatcher.close())
  const refresh = async () => {
    position.head = await eventLog.head()
    dispatcher.advance()
  }
  const webhooks = createWebhooks({ db, eventLog, box, urls, onChange: () => dispatcher.changed() })
  return { dispatcher, webhooks, refresh, failures, isLeading: () => isLeading }
}

async function append({ db, eventLog }: Engine, count: number): Promise<void> {
  const data = { productId: 'p', stock: 1 }
  const draft = { type: 'stock:changed' as const, userId: null, data, origin: SYSTEM }
  await db.write((tx) => eventLog.append(tx, Array(count).fill(draft), Date.now()))
}

const until = async (holds: () => Promise<boolean> | boolean) => {
  while (!(await holds())) await sleep(20)
}

t.test('one of two nodes delivers; it gives the lease back when it closes, and loses nothing', async (t) => {
  const engine = await engineDb(t)
  const [a, b] = [await startNode(engine, t), await startNode(engine, t)]
  const receiver = await startReceiver(t)
  const { id } = await a.webhooks.create({ url: receiver.url, after: 0 }, SYSTEM)
  await append(engine, 20)
  await Promise.all([a.refresh(), b.refresh()])
  await receiver.until(20)
  t.equal([a, b].filter((node) => node.isLeading()).length, 1)
  const [leader, other] = a.isLeading() ? [a, b] : [b, a]
  await leader.dispatcher.close()
  t.equal((await engine.db.read.webhook.findUniqueOrThrow({ where: { id } })).position, 20n)
  await append(engine, 20)
  await other.refresh()
  await receiver.until(40)
  t.same(
    receiver.offsets(),
    Array.from({ length: 40 }, (_, i) => i + 1),
    'none twice',
  )
  t.ok(other.isLeading())
  t.same([...a.failures, ...b.failures], [])
})

t.test('a lease is taken from a holder that stands still, and fences it off', async (t) => {
  const { db } = await engineDb(t)
  const [first, second] = [new Lease(db), new Lease(db)]
  t.ok((await first.look()).isFree)
  t.ok(await first.take())
  t.notOk((await second.look()).isFree)
  t.notOk((await second.look()).isFree)
  await sleep(DEAD_MS / 2)
  await first.beat()
  t.notOk((await second.look()).isFree)
  await sleep(DEAD_MS / 2 + 100)
  t.notOk((await second.look()).isFree, 'it has beaten since')
  await sleep(DEAD_MS / 2)
  t.ok((await second.look()).isFree)
  t.ok(await second.take())
  let isDone = false
  const work = async () => {
    isDone = true
  }
  await t.rejects(first.beat(work), { name: 'LeaseLost' })
  await t.rejects(first.release(work), { name: 'LeaseLost' })
  t.notOk(isDone)
  await second.release(async () => {})
  t.ok((await first.look()).isFree, 'at once')
})

t.test('deliveries are saved once a second, however many there are', async (t) => {
  const engine = await engineDb(t)
  const [{ webhooks, refresh }, receiver] = [await startNode(engine, t), await startReceiver(t)]
  await webhooks.create({ url: receiver.url, after: 0 }, SYSTEM)
  const begun = performance.now()
  for (let count = 1; count <= 40; count++) {
    await append(engine, 1).then(refresh)
    await receiver.until(count)
  }
  t.ok((await engine.db.read.webhookAttempts.count()) <= 2 + (performance.now() - begun) / 1000)
})

t.test('changes on another node reach the one that delivers', async (t) => {
  const engine = await engineDb(t)
  const a = await startNode(engine, t)
  const receiver = await startReceiver(t)
  const { id } = await a.webhooks.create({ url: receiver.url, after: 0 }, SYSTEM)
  await until(a.isLeading)
  const b = await startNode(engine, t)
  await append(engine, 3)
  await a.refresh()
  await receiver.until(3)
  await b.webhooks.replay(id, 1, SYSTEM)
  await receiver.until(5)
  t.same(receiver.offsets(), [1, 2, 3, 2, 3])
  // A request whose answer is not yet recorded is made again.
  await until(async () => (await engine.db.read.webhook.findUnique({ where: { id } }))?.position === 3n)
  await b.webhooks.change(id, { disabled: true }, SYSTEM)
  await until(() => !a.isLeading())
  t.equal(await engine.eventLog.head(), 4, 'webhook:disabled')
  await append(engine, 1)
  await Promise.all([a.refresh(), b.refresh()])
  await b.webhooks.change(id, { disabled: false, types: ['stock:changed'] }, SYSTEM)
  await receiver.until(6)
  t.same(receiver.offsets().at(-1), 5)
  await b.webhooks.remove(id, SYSTEM)
  await until(() => !a.isLeading() && !b.isLeading())
})

const refuse: Answering = (_received, response) => response.writeHead(500).end('broken')

t.test('a receiver that fails is disabled with an event, an audit entry and its attempts', async (t) => {
  const engine = await engineDb(t)
  const { db } = engine
  const a = await startNode(engine, t)
  const receiver = await startReceiver(t, refuse)
  const { id } = await a.webhooks.create({ url: receiver.url, after: 0 }, SYSTEM)
  await append(engine, 2)
  await a.refresh()
  await until(async () => (await a.webhooks.get(id)).disabled)
  t.match(await a.webhooks.get(id), {
    disabledReason: 'failed',
    failures: 3,
    position: 0,
    nextAttemptAt: null,
  })
  const [event] = await engine.eventLog.read(2, 10)
  t.match(event, {
    type: 'webhook:disabled',
    actor: { type: 'system' },
    data: { id, reason: 'failed', position: 0 },
  })
  t.equal(await db.read.auditEntry.count({ where: { action: 'webhook.disabled', subjectId: id } }), 1)
  const rows = await db.read.webhookAttempts.findMany({ where: { webhookId: id } })
  const attempts = rows.flatMap(({ attempts: text }) => JSON.parse(text))
  t.match(attempts, Array(3).fill({ offset: 1, status: 500, response: 'broken', error: null }))
})

t.test('events deleted before they were delivered are told, and enabling continues after them', async (t) => {
  const engine = await engineDb(t)
  const receiver = await startReceiver(t)
  await append(engine, 10)
  const quiet = createWebhooks({ ...engine, box, urls, onChange: () => {} })
  const { id } = await quiet.create({ url: receiver.url, after: 2 }, SYSTEM)
  await engine.db.write((tx) => tx.event.deleteMany({ where: { offset: { lte: 6 } } }))
  const a = await startNode(engine, t)
  await until(async () => (await a.webhooks.get(id)).disabled)
  t.match(await a.webhooks.get(id), { disabledReason: 'events-lost', position: 2, lost: { from: 3, to: 6 } })
  const [event] = await engine.eventLog.read(10, 1)
  t.match(event?.data, { id, reason: 'events-lost', lost: { from: 3, to: 6 } })
  await t.rejects(a.webhooks.replay(id, 5, SYSTEM), { code: 'invalid-request' })
  await a.webhooks.change(id, { disabled: false, types: ['stock:changed'] }, SYSTEM)
  await a.refresh()
  await receiver.until(4)
  t.same(receiver.offsets(), [7, 8, 9, 10])
  t.match(await a.webhooks.get(id), { disabled: false, lost: { from: 3, to: 6 } })
})

t.test('progress in another log is not saved', async (t) => {
  const engine = await engineDb(t)
  const { db } = engine
  const a = await startNode(engine, t)
  const receiver = await startReceiver(t)
  await append(engine, 5)
  const { id } = await a.webhooks.create({ url: receiver.url, after: 0 }, SYSTEM)
  await a.refresh()
  await until(async () => (await a.webhooks.get(id)).position === 5)
  // As after a restore of an earlier state.
  await db.write(async (tx) => {
    await tx.eventCounter.update({ where: { id: 1 }, data: { epoch: 'restored', lastOffset: 2n } })
    await tx.event.deleteMany({ where: { offset: { gt: 2 } } })
    await tx.webhook.updateMany({ data: { position: 2n } })
  })
  await a.refresh()
  await until(() => !a.isLeading())
  t.equal((await a.webhooks.get(id)).position, 2)
  t.same(a.failures, [])
})
