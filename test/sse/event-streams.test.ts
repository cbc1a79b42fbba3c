import { connect } from 'node:net'
import t from 'tap'
import { newId } from '../../src/ids.js'
import { build, noRateLimits, signIn } from '../helpers/app.js'
import { follow } from '../helpers/event-streams.js'
import { appendRows, buildOn, orderEvents } from '../helpers/log-history.js'
import { isDense, listen, token } from '../helpers/sockets.js'

const STREAM = '/events/stream?view='

t.test('each view replays what was missed, is ready, and goes on live', async (t) => {
  const { app, userId, epoch } = await buildOn(t, 3_000)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  const { sid } = app.auth.tokens.verify(token(admin))
  const owner = { authorization: `Bearer ${app.auth.tokens.sign({ sub: userId, role: 'customer', sid })}` }
  const from = { 'last-event-id': `${epoch}:0` }
  const all = follow(t, url, `${STREAM}admin`, { ...admin.headers, ...from })
  const mine = follow(t, url, `${STREAM}mine`, { ...owner, ...from })
  const shelf = follow(t, url, `${STREAM}inventory&lastEventId=${epoch}:0`)
  for (const stream of [all, mine, shelf])
    t.same(await stream.ready(), { epoch, offset: 3_000, recovered: true })
  t.ok(isDense(all.events(), 1, 3_000), 'every event, in order')
  t.same(all.events(), await app.eventLog.read(0, 3_000), 'as the log has them')
  t.equal(mine.events().length, 1_500)
  t.ok(shelf.events().every(({ type, actor }) => type === 'stock:changed' && actor === undefined))

  await appendRows(
    app,
    [0, 1, 2].flatMap((n) => orderEvents(userId, n)),
  )
  app.relay.wake()
  await all.until(() => all.events().length === 3_006)
  await mine.until(() => mine.events().length === 1_503)
  await shelf.until(() => shelf.events().at(-1)?.offset === 3_006)
  t.ok(isDense(all.events(), 1, 3_006))
  const ids = all.messages.filter(({ event }) => event !== 'ready').map(({ id }) => id)
  t.same(
    ids,
    all.events().map(({ offset }) => `${epoch}:${offset}`),
  )

  const back = follow(t, url, `${STREAM}admin`, { ...admin.headers, 'last-event-id': `${epoch}:3002` })
  t.match(await back.ready(), { offset: 3_006, recovered: true })
  t.ok(isDense(back.events(), 3_003, 3_006))
})

t.test('the response is a stream that nothing on the way keeps', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const stream = follow(t, url, `${STREAM}inventory`)
  const { statusCode, headers } = await stream.answered
  t.equal(statusCode, 200)
  t.match(headers, {
    'content-type': /^text\/event-stream/,
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    'ratelimit-policy': /default/,
  })
  t.match(await stream.ready(), { offset: app.relay.position, recovered: false })
  const head = await app.inject({ method: 'HEAD', url: `${STREAM}inventory` })
  t.match(head, { statusCode: 200, body: '', headers: { 'content-type': /^text\/event-stream/ } })
})

t.test('an odd position is not recovered, as for sockets', async (t) => {
  const { app, epoch } = await buildOn(t, 10)
  const url = await listen(app)
  for (const id of [
    'garbage',
    '7',
    ':7',
    `${epoch}:`,
    `${epoch}:-1`,
    `${epoch}:1.5`,
    `${epoch}:9007199254740993`,
    `${epoch}:11`,
    'another:3',
    `${'0'.repeat(32)}:3`,
    `${'long'.repeat(500)}:3`,
  ])
    for (const stream of [
      follow(t, url, `${STREAM}inventory`, { 'last-event-id': id }),
      follow(t, url, `${STREAM}inventory&lastEventId=${encodeURIComponent(id)}`),
    ]) {
      t.same(await stream.ready(), { epoch, offset: 10, recovered: false }, id)
      t.same(stream.events(), [])
      stream.leave()
    }
  const fresh = follow(t, url, `${STREAM}inventory`, { 'last-event-id': '' })
  t.match(await fresh.ready(), { recovered: false })
})

t.test('each view requires the permission of its namespace', async (t) => {
  const app = await build(t, noRateLimits)
  const url = await listen(app)
  const [admin, staff, customer] = [await signIn(app, 'admin'), await signIn(app, 'staff'), await signIn(app)]
  const key = async (scope: 'events:read' | 'orders:read') => ({
    authorization: `Bearer ${(await app.apiKeys.create({ name: scope, scopes: [scope] }, admin.id)).key}`,
  })
  const status = async (view: string, headers: Record<string, string> = {}) => {
    const stream = follow(t, url, STREAM + view, headers)
    const { statusCode } = await stream.answered
    stream.leave()
    return statusCode
  }
  const cookie = { cookie: `access_token=${token(customer)}` }
  t.equal(await status('admin'), 401)
  t.equal(await status('mine'), 401)
  t.equal(await status('inventory', { authorization: 'Bearer nonsense' }), 200)
  t.equal(await status('everything'), 400)
  t.equal(await status('admin', customer.headers), 403)
  t.equal(await status('admin', staff.headers), 200)
  t.equal(await status('admin', await key('events:read')), 200)
  t.equal(await status('admin', await key('orders:read')), 403)
  t.equal(await status('mine', await key('events:read')), 403)
  t.equal(await status('mine', cookie), 200)
  t.equal(await status('mine', { ...cookie, origin: 'https://evil.example' }), 403)
})

t.test('a stream ends with its session, its key and its token', async (t) => {
  const app = await build(t, noRateLimits)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  const other = await signIn(app, 'admin')
  const ended = { event: 'session:ended', data: '{"code":"unauthorized"}' }

  const bySession = follow(t, url, `${STREAM}admin`, other.headers)
  await bySession.ready()
  await app.users.change(other.id, { role: 'customer' })
  t.match(await bySession.end(), ended, 'a lower role')

  const { id, key } = await app.apiKeys.create({ name: 'key', scopes: ['events:read'] }, admin.id)
  const byKey = follow(t, url, `${STREAM}admin`, { authorization: `Bearer ${key}` })
  await byKey.ready()
  await app.apiKeys.revoke(id)
  t.match(await byKey.end(), ended, 'a revoked key')

  const { sid } = app.auth.tokens.verify(token(admin))
  const exp = Math.floor(Date.now() / 1000) + 2
  const short = app.jwt.sign({ sub: admin.id, role: 'admin', sid }, { expiresIn: '2s' })
  const byToken = follow(t, url, `${STREAM}admin`, { authorization: `Bearer ${short}` })
  await byToken.ready()
  t.match(await byToken.end(), ended, 'an expired token')
  t.ok(Date.now() / 1000 >= exp)
})

t.test('a closing server ends every stream, and one that begins then', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const stream = follow(t, url, `${STREAM}inventory`)
  await stream.ready()
  const begun = performance.now()
  const closed = app.close()
  t.match(await stream.end(), { event: 'server:closing' })
  await closed
  t.ok(performance.now() - begun < 5_000, 'it does not wait for requests in flight')
})

t.test('a reader that stops is cut off, resumes, and delays no other', async (t) => {
  const { app, userId, epoch } = await buildOn(t, 10)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  const slow = connect(Number(new URL(url).port), '127.0.0.1')
  t.teardown(() => slow.destroy())
  slow.on('error', () => {})
  slow.write(
    `GET ${STREAM}admin HTTP/1.1\r\nhost: x\r\nauthorization: ${admin.headers.authorization}\r\n\r\n`,
  )
  await new Promise((resolve) => slow.once('data', resolve))
  slow.pause()
  const brisk = follow(t, url, `${STREAM}admin`, admin.headers)
  await brisk.ready()
  let total = 10
  const cut = async () =>
    /slow_cut_total [1-9]/.test(await app.metrics.getSingleMetricAsString('event_stream_slow_cut_total'))
  while (!(await cut())) {
    await appendRows(app, Array.from({ length: 1_000 }, (_, n) => orderEvents(userId, n)).flat())
    total += 2_000
    app.relay.wake()
    await brisk.until(() => brisk.events().at(-1)?.offset === total)
  }
  t.ok(isDense(brisk.events(), 11, total))
  const back = follow(t, url, `${STREAM}admin`, {
    ...admin.headers,
    'last-event-id': `${epoch}:${total - 5}`,
  })
  await back.ready()
  t.ok(isDense(back.events(), total - 4, total))
})

t.test('pipelined streams wait for their turn, and hold nothing meanwhile', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const line = connect(Number(new URL(url).port), '127.0.0.1')
  t.teardown(() => line.destroy())
  line.write(`GET ${STREAM}inventory HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(5))
  let text = ''
  const until = async (part: string) => {
    while (!text.includes(part)) text += await new Promise((resolve) => line.once('data', resolve))
  }
  await until('event: ready')
  await appendRows(app, orderEvents(newId(), 0))
  app.relay.wake()
  await until('event: stock:changed')
  t.equal(text.match(/event: ready/g)?.length, 1)
  t.equal(app.eventStreams.count('inventory'), 1)
})
