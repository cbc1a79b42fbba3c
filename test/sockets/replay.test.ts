import { type EventEmitter, once } from 'node:events'
import t from 'tap'
import WebSocket from 'ws'
import type { App } from '../../src/app.js'
import { originColumns, SYSTEM } from '../../src/stream/origin.js'
import { PAGE_OFFSETS } from '../../src/stream/pages.js'
import { noRateLimits, signIn } from '../helpers/app.js'
import { appendRows, buildOn, orderEvents } from '../helpers/log-history.js'
import { isDense, listen, open, relayed, token } from '../helpers/sockets.js'

const EVENTS = 3_000

/** Counts the replay reads of the log, and how many run concurrently. */
function countReads(app: App) {
  const counted = { reads: 0, atOnce: 0, most: 0, rows: 0 }
  const follow = async <T extends unknown[]>(read: Promise<T>) => {
    counted.reads++
    counted.most = Math.max(counted.most, ++counted.atOnce)
    const rows = await read.finally(() => counted.atOnce--)
    counted.rows = Math.max(counted.rows, rows.length)
    return rows
  }
  const { readTexts, readOwnTexts } = app.eventLog
  app.eventLog.readTexts = (...range) => follow(readTexts(...range))
  app.eventLog.readOwnTexts = (...range) => follow(readOwnTexts(...range))
  return counted
}

t.test('sockets that resume from one position share one read of the log', async (t) => {
  const { app, userId, epoch } = await buildOn(t, EVENTS)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  const owner = app.auth.tokens.sign({
    sub: userId,
    role: 'customer',
    sid: app.auth.tokens.verify(token(admin)).sid,
  })
  const pages = EVENTS / PAGE_OFFSETS + 1

  for (const batch of [false, true]) {
    const counted = countReads(app)
    const auth = { epoch, offset: 0, batch }
    const admins = Array.from({ length: 20 }, (_, i) =>
      open(t, `${url}/admin`, { ...auth, offset: i, token: token(admin) }),
    )
    const owners = Array.from({ length: 20 }, () => open(t, url, { ...auth, token: owner }))
    const visitors = Array.from({ length: 20 }, () => open(t, `${url}/inventory`, auth))
    for (const [i, client] of admins.entries()) {
      t.match(await client.ready(), { offset: EVENTS, recovered: true })
      t.ok(isDense(client.events, i + 1, EVENTS), 'every event, in order')
    }
    for (const client of owners) {
      t.match(await client.ready(), { offset: EVENTS, recovered: true })
      t.equal(client.events.length, EVENTS / 2)
      t.ok(client.events.every(({ type, offset }, i) => type === 'order:created' && offset === 2 * i + 1))
    }
    for (const client of visitors) {
      t.match(await client.ready(), { offset: EVENTS, recovered: true })
      t.ok(client.events.every(({ type }) => type === 'stock:changed'))
      t.match(client.events.at(-1), { offset: EVENTS, data: { stock: 1_000_000 - EVENTS / 2 + 1 } })
    }
    // Reads for the first format also serve the second.
    const most = batch ? 0 : admins.length + 3 * pages
    t.ok(counted.reads <= most, `${counted.reads} reads for 60 sockets`)
    t.ok(counted.most <= 1, 'one read at a time')
    t.ok(counted.rows <= PAGE_OFFSETS, `${counted.rows} rows at a time`)
  }
})

t.test('recent events are replayed from memory', async (t) => {
  const { app, userId, epoch } = await buildOn(t, 10)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  await appendRows(app, Array.from({ length: 300 }, (_, n) => orderEvents(userId, n)).flat())
  app.relay.wake()
  await relayed(app)
  const counted = countReads(app)
  const back = open(t, `${url}/admin`, { token: token(admin), epoch, offset: 10 })
  t.match(await back.ready(), { offset: 610, recovered: true })
  t.ok(isDense(back.events, 11, 610))
  t.same(back.events, await app.eventLog.read(10, 600), 'equal to the log')
  t.equal(counted.reads, 0)
  const earlier = open(t, `${url}/admin`, { token: token(admin), epoch, offset: 5, batch: true })
  await earlier.ready()
  t.ok(isDense(earlier.events, 6, 610))
  t.same(earlier.events, await app.eventLog.read(5, 605), 'the text of the log parses to the same events')
  t.equal(counted.reads, 1, 'for the earlier page')
})

t.test('a client that missed deleted events is not resumed', async (t) => {
  const { app, userId, epoch } = await buildOn(t, EVENTS)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  const sid = app.auth.tokens.verify(token(admin)).sid
  const owner = app.auth.tokens.sign({ sub: userId, role: 'customer', sid })
  await app.db.write((tx) => tx.event.deleteMany({ where: { offset: { lte: 100 } } }))
  const clients = (offset: number) => [
    open(t, `${url}/admin`, { epoch, offset, token: token(admin) }),
    open(t, url, { epoch, offset, token: owner }),
    open(t, `${url}/inventory`, { epoch, offset }),
  ]
  for (const client of clients(99)) {
    t.match(await client.ready(), { recovered: false, offset: EVENTS })
    t.same(client.events, [])
  }
  for (const client of clients(100)) t.match(await client.ready(), { recovered: true, offset: EVENTS })
})

t.test('a replay stops when its socket leaves, and repeated joins do not accumulate', async (t) => {
  const { app, epoch } = await buildOn(t, EVENTS)
  const url = await listen(app)
  const counted = countReads(app)
  let release = () => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const { readTexts } = app.eventLog
  app.eventLog.readTexts = async (...range) => {
    await gate
    return readTexts(...range)
  }
  const line = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
  t.teardown(() => line.terminate())
  await once(line, 'message')
  const { sockets } = app.io.of('/inventory')
  const until = async (size: number) => {
    while (sockets.size !== size) await new Promise(setImmediate)
  }
  const joins = 12
  for (let i = 0; i < joins; i++) {
    if (i > 0) line.send('41/inventory,')
    await until(0)
    line.send(`40/inventory,${JSON.stringify({ epoch, offset: 10 * i })}`)
    await until(1)
  }
  const ready = new Promise<void>((resolve) => {
    line.on('message', (data) => data.toString().includes('stream:ready') && resolve())
  })
  release()
  await ready
  t.ok(counted.reads <= EVENTS / PAGE_OFFSETS + 2, `${counted.reads} reads for ${joins} joins`)
  // Those that had waited for the page notice one after another.
  const stopped = `inventory",result="gone"} ${joins - 1}\n`
  const resumes = () => app.metrics.getSingleMetricAsString('socket_resumes_total')
  while (!(await resumes()).includes(stopped)) await new Promise(setImmediate)
  t.pass('the earlier replays were stopped')
})

t.test('null in auth counts as absent', async (t) => {
  const { app, epoch } = await buildOn(t, 10)
  const url = await listen(app)
  for (const auth of [{ offset: null }, { offset: null, epoch: null }, { offset: null, epoch }]) {
    const client = open(t, `${url}/inventory`, auth)
    t.match(await client.ready(), { offset: 10, recovered: false })
  }
  const unnamed = open(t, `${url}/inventory`, { offset: 10, epoch: null })
  t.match(await unnamed.ready(), { offset: 10, recovered: false }, 'an offset without an epoch')
})

t.test('requests are answered while clients replay the log', async (t) => {
  const events = 20_000
  const { app, epoch } = await buildOn(t, events, noRateLimits)
  const url = await listen(app)
  const strangers = Array.from({ length: 10 }, (_, i) =>
    open(t, `${url}/inventory`, { epoch, offset: i, batch: true }),
  )
  const { sockets } = app.io.of('/inventory')
  while (sockets.size === 0) await new Promise(setImmediate)
  let level = 0
  for (const stranger of strangers) stranger.ready().then(() => level++)
  let answers = 0
  while (level < strangers.length) {
    const { status } = await fetch(`${url}/health/live`)
    t.equal(status, 200)
    answers++
  }
  const pages = events / PAGE_OFFSETS
  t.ok(answers > pages / 4, `${answers} answers while ${pages} pages were read`)
})

t.test('a replay that is not read keeps two pages in memory', async (t) => {
  const events = 30_000
  const { app, epoch } = await buildOn(t, events)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  for (const batch of [true, false]) {
    const auth = { epoch, offset: 0, token: token(admin), batch }
    const still = open(t, `${url}/admin`, auth)
    await once(still.socket as never, 'connect')
    const { transport } = still.socket.io.engine as unknown as {
      transport: { ws: { pause(): void; resume(): void } }
    }
    transport.ws.pause()
    // The two take turns, so by now the stalled one has been sent all it could buffer.
    const other = open(t, `${url}/admin`, auth)
    await other.ready()
    t.equal(other.events.length, events)
    const conn = app.io.of('/admin').sockets.get(still.socket.id ?? '')?.conn as unknown as {
      writeBuffer: { data?: string }[] // a ping has none
      transport: { socket: { bufferedAmount: number } }
    }
    const waiting = conn.writeBuffer.reduce((sum, { data = '' }) => sum + data.length, 0)
    t.ok(waiting > 0, 'some of it is buffered')
    const most = 2 * PAGE_OFFSETS * 600
    const inMemory = waiting + conn.transport.socket.bufferedAmount
    t.ok(inMemory <= most, `${inMemory} bytes in memory`)
    transport.ws.resume()
    await still.ready()
    t.ok(isDense(still.events, 1, events))
  }
})

t.test('a replay larger than the buffer limit of a socket completes', async (t) => {
  const { app, epoch } = await buildOn(t, 10)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  const reason = 'x'.repeat(60_000)
  const large = (n: number) => ({
    type: 'stock:changed',
    userId: null,
    data: JSON.stringify({ productId: 'p', stock: n, reason }),
    ...originColumns(SYSTEM),
  })
  await appendRows(
    app,
    Array.from({ length: 250 }, (_, n) => large(n)),
  )
  app.relay.wake()
  await relayed(app)
  let most = 0
  app.io.engine.on('connection', (conn: EventEmitter & { writeBuffer: { data?: string }[] }) =>
    conn.on('packetCreate', () => {
      const waiting = conn.writeBuffer.reduce((sum, { data = '' }) => sum + data.length, 0)
      most = Math.max(most, waiting)
    }),
  )
  for (const batch of [false, true]) {
    const auth = { epoch, offset: 10, token: token(admin), batch }
    const client = open(t, `${url}/admin`, auth, { transports: [batch ? 'polling' : 'websocket'] })
    t.match(await client.ready(), { offset: 260, recovered: true })
    t.ok(isDense(client.events, 11, 260))
  }
  t.ok(most > 0 && most <= 1024 * 1024, `${most} characters were buffered`)
  t.match(await app.metrics.getSingleMetricAsString('socket_slow_cut_total'), /socket_slow_cut_total 0$/m)
})
