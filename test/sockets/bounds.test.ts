import { once } from 'node:events'
import type { Writable } from 'node:stream'
import t from 'tap'
import { openStream, type Position, StreamRefused } from '../../src/client/index.js'
import type { AnyEvent } from '../../src/contract/events.js'
import { newId } from '../../src/ids.js'
import { pruneLog } from '../../src/stream/prune-log.js'
import { build, signIn } from '../helpers/app.js'
import { addProduct } from '../helpers/books.js'
import { stockDraft } from '../helpers/log-events.js'
import { appendRows, orderEvents } from '../helpers/log-history.js'
import { isDense, listen, open, relayed, token } from '../helpers/sockets.js'

t.test('a stalled reader is cut off, and the others miss nothing', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  const productId = await addProduct(app, { stock: 1_000_000 })
  const fast = open(t, `${url}/admin`, { token: token(admin), batch: true })
  const slow = open(t, `${url}/admin`, { token: token(admin) })
  await Promise.all([fast.ready(), slow.ready()])

  // Simulates a hung reader: its process stops reading from the connection.
  const { transport } = slow.socket.io.engine as unknown as { transport: { ws: { pause(): void } } }
  transport.ws.pause()
  const cut = once(app.io.of('/admin').sockets.get(slow.socket.id ?? '') as never, 'disconnect')
  let stop = false
  cut.then(() => {
    stop = true
  })
  while (!stop)
    await Promise.all(
      Array.from({ length: 500 }, () =>
        app.orders.place({ userId: admin.id, productId, quantity: 1, idempotencyKey: null }),
      ),
    )
  const head = await app.eventLog.head()
  await fast.until(() => fast.events.length >= head)
  t.ok(isDense(fast.events, 1, head))
  t.match(await app.metrics.getSingleMetricAsString('socket_slow_cut_total'), /socket_slow_cut_total 1$/m)
})

t.test('a client that stops polling is cut off like one that stops reading', async (t) => {
  const app = await build(t)
  const url = `${await listen(app)}/socket.io/?EIO=4&transport=polling`
  const admin = await signIn(app, 'admin')
  const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1))
  const mine = `${url}&sid=${sid}`
  await fetch(mine, { method: 'POST', body: `40/admin,${JSON.stringify({ token: token(admin) })}` })
  while (!(await (await fetch(mine)).text()).includes('stream:ready'));
  const { sockets } = app.io.of('/admin')
  t.equal(sockets.size, 1)
  while (sockets.size > 0) {
    await appendRows(app, Array.from({ length: 250 }, (_, n) => orderEvents(admin.id, n)).flat())
    app.relay.wake()
    await relayed(app)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  t.match(await app.metrics.getSingleMetricAsString('socket_slow_cut_total'), /socket_slow_cut_total 1$/m)
  t.equal((await fetch(mine)).status, 400, 'it must connect again')
})

t.test('the client module resumes, drops duplicates, and can be read with for await', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  const productId = await addProduct(app, { stock: 1_000_000 })
  const place = (orders: number) =>
    Promise.all(
      Array.from({ length: orders }, () =>
        app.orders.place({ userId: admin.id, productId, quantity: 1, idempotencyKey: null }),
      ),
    )
  await place(5)
  await relayed(app)
  const resets: Position[] = []
  const states: string[] = []
  const options = {
    token: () => token(admin),
    onReset: (position: Position) => resets.push(position),
    onState: (state: string) => states.push(state),
  }

  const take = async (stream: AsyncIterable<AnyEvent>, count: number, meanwhile?: (seen: number) => void) => {
    const seen: AnyEvent[] = []
    for await (const event of stream) {
      seen.push(event)
      meanwhile?.(seen.length)
      if (seen.length === count) break
    }
    return seen
  }

  const first = openStream(url, options)
  while (states.at(-1) !== 'live') await new Promise((resolve) => setImmediate(resolve))
  t.match(resets, [{ offset: 10 }], 'at first, the current state must be loaded')
  const reading = take(first, 40, (seen) => {
    const sockets = [...app.io.of('/admin').sockets.values()]
    if (seen % 17 === 0)
      for (const socket of sockets) socket.disconnect() // closed by the server
    else if (seen % 7 === 0) for (const socket of sockets) socket.conn.close(true) // or the connection breaks
  })
  await place(25)
  t.ok(isDense(await reading, 11, 50), 'every event once, in order')
  t.equal(first.position?.offset, 50)
  t.equal(states.at(-1), 'closed', 'leaving the loop closes the stream')
  t.equal(resets.length, 1)

  await place(10)
  const second = openStream(url, { ...options, from: first.position })
  t.ok(isDense(await take(second, 30), 51, 80), 'another process resumes from the position of the first')

  const stranger = openStream(url, { token: () => 'nonsense' })
  await t.rejects(take(stranger, 1), new StreamRefused('unauthorized', 'unauthorized'))
  const closing = openStream(url, options)
  const none = take(closing, 1)
  closing.close()
  t.same(await none, [])
})

t.test('a slow reader of the client module does not accumulate events', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  const productId = await addProduct(app, { stock: 1_000_000 })
  const epoch = await app.eventLog.epoch()
  for (let i = 0; i < 8; i++)
    await Promise.all(
      Array.from({ length: 1000 }, () =>
        app.orders.place({ userId: admin.id, productId, quantity: 1, idempotencyKey: null }),
      ),
    )
  await relayed(app)
  const states: string[] = []
  const stream = openStream(url, {
    token: () => token(admin),
    from: { epoch, offset: 0 },
    onState: (state) => states.push(state),
  })
  while (!states.includes('offline')) await new Promise((resolve) => setImmediate(resolve))
  const seen: AnyEvent[] = []
  for await (const event of stream) {
    seen.push(event)
    if (seen.length === 16_000) break
  }
  t.ok(isDense(seen, 1, 16_000), 'it was disconnected, and resumed when it had caught up')
})

t.test(
  'old events are deleted from the beginning, and never events that the relay still needs',
  async (t) => {
    const app = await build(t)
    const { id: userId } = await signIn(app)
    const productId = await addProduct(app, { stock: 1_000_000 })
    const place = (orders: number) =>
      Promise.all(
        Array.from({ length: orders }, () =>
          app.orders.place({ userId, productId, quantity: 1, idempotencyKey: null }),
        ),
      )
    await place(800)
    await app.db.write((tx) => tx.event.updateMany({ data: { createdAt: new Date(0) } }))
    await place(10)
    const { signal } = new AbortController()
    const before = Date.now() - 60_000
    t.equal(await pruneLog(app.db, { before, upTo: 1200, signal }), 1200)
    t.equal(await app.eventLog.oldest(), 1201)
    t.equal(await pruneLog(app.db, { before, upTo: 5000, signal }), 400)
    t.equal(await app.eventLog.oldest(), 1601)
    t.equal(await pruneLog(app.db, { before, upTo: 5000, signal }), 0)
    t.equal(await app.eventLog.head(), 1620)
  },
)

t.test('a burst is sent to a socket in two writes, and to polling clients too', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const auth = { token: token(await signIn(app, 'admin')) }
  const clients = [open(t, `${url}/admin`, auth), open(t, `${url}/admin`, auth)] as const
  const polling = open(t, `${url}/admin`, auth, { transports: ['polling'] })
  for (const client of [...clients, polling]) await client.ready()

  const [{ socket }] = clients
  const connection = app.io.of('/admin').sockets.get(socket.id ?? '')?.conn as unknown
  const { transport } = connection as {
    transport: { socket: { _socket: Required<Pick<Writable, '_write' | '_writev'>> } }
  }
  const line = transport.socket._socket
  const alone = t.capture(line, '_write', line._write)
  const together = t.capture(line, '_writev', line._writev)
  const draft = { ...stockDraft(1), data: { productId: newId(), stock: 1 } }
  await app.db.write((tx) => app.eventLog.append(tx, Array(20).fill(draft), Date.now()))
  for (const { until, events } of [...clients, polling]) {
    await until(() => events.length >= 20)
    t.ok(isDense(events, 1, 20))
  }
  // The first event is sent at once; later ones are batched while it is in flight.
  t.equal(alone().length + together().length, 2)
})
