import { once } from 'node:events'
import t, { type Test } from 'tap'
import { buildApp } from '../../src/app.js'
import { openStream, type Position } from '../../src/client/index.js'
import { signIn, testConfig } from '../helpers/app.js'
import { addProduct } from '../helpers/books.js'
import { isDense, listen, open, relayed, token } from '../helpers/sockets.js'

/** Builds two nodes on one database: the second relays sales at the first, unless paused. */
async function setup(t: Test) {
  const config = await testConfig(t, t.testdir())
  const [fast, slow] = [buildApp(config), buildApp(config)]
  t.teardown(() => Promise.all([fast.close(), slow.close()]))
  const urls = { fast: await listen(fast), slow: await listen(slow) }
  const admin = await signIn(fast, 'admin')
  const productId = await addProduct(fast, { stock: 1_000_000 })

  let gate: Promise<void> | undefined
  let release = () => {}
  const { read } = slow.eventLog
  slow.eventLog.read = async (after, limit) => {
    await gate
    return read(after, limit)
  }
  return {
    fast,
    slow,
    urls,
    admin,
    epoch: await fast.eventLog.epoch(),
    async sell(orders: number) {
      const order = { userId: admin.id, productId, quantity: 1, idempotencyKey: null }
      for (let i = 0; i < orders; i++) await fast.orders.place(order)
    },
    hold() {
      gate = new Promise((resolve) => {
        release = resolve
      })
    },
    release() {
      gate = undefined
      release()
    },
  }
}

t.test('a client from a faster node waits for the slower one, and misses nothing', async (t) => {
  const { fast, slow, urls, admin, epoch, sell, hold, release } = await setup(t)
  await sell(5)
  await Promise.all([relayed(fast), relayed(slow)])
  hold()
  await sell(5)
  await relayed(fast)
  const head = await fast.eventLog.head()
  t.equal(slow.relay.position, 10)

  const ahead = open(t, `${urls.slow}/admin`, { token: token(admin), epoch, offset: head })
  const between = open(t, `${urls.slow}/admin`, { token: token(admin), epoch, offset: 15, batch: true })
  const beyond = open(t, `${urls.slow}/admin`, { token: token(admin), epoch, offset: head + 1 })
  t.match(await beyond.ready(), { recovered: false, offset: 10 }, 'no node has sent that offset')
  t.same([ahead.readies, between.readies], [[], []])
  release()
  t.match(await ahead.ready(), { recovered: true, offset: head })
  t.match(await between.ready(), { recovered: true })
  await sell(3)
  const last = await fast.eventLog.head()
  await ahead.until(() => ahead.events.length >= last - head)
  await between.until(() => between.events.length >= last - 15)
  t.ok(isDense(ahead.events, head + 1, last))
  t.ok(isDense(between.events, 16, last))
})

t.test('a client that waits for a node in vain is disconnected, without having to reload', async (t) => {
  const { fast, slow, urls, admin, epoch, sell, hold, release } = await setup(t)
  await relayed(slow)
  hold()
  await sell(5)
  await relayed(fast)
  const head = await fast.eventLog.head()
  const resets: Position[] = []
  const client = open(t, `${urls.slow}/admin`, { token: token(admin), epoch, offset: head })
  const [reason] = await once(client.socket as never, 'disconnect')
  t.match(reason, /transport/, 'so that it retries by itself')
  t.same(client.readies, [])
  const stream = openStream(urls.slow, {
    token: () => token(admin),
    from: { epoch, offset: 6 },
    onReset: (position) => resets.push(position),
  })
  t.teardown(() => stream.close())
  release()
  const seen: number[] = []
  for await (const { offset } of stream) {
    seen.push(offset)
    if (offset === head) break
  }
  t.same(
    seen,
    Array.from({ length: head - 6 }, (_, i) => i + 7),
  )
  t.same(resets, [])
})

t.test('a node that stalled until events were deleted recovers, and its sockets reload', async (t) => {
  const { fast, slow, urls, admin, epoch, sell, hold, release } = await setup(t)
  const skips: unknown[] = []
  slow.relay.onSkip((gap) => skips.push(gap))
  await sell(2)
  await relayed(slow)
  const client = open(t, `${urls.slow}/admin`, { token: token(admin) })
  await client.ready()
  const gone = once(client.socket as never, 'disconnect')
  hold()
  await sell(10)
  await relayed(fast)
  await fast.db.write((tx) => tx.event.deleteMany({ where: { offset: { lte: 12 } } }))
  release()
  t.match(await gone, [/transport/])
  t.same(client.events, [], 'nothing after the gap')
  t.same(skips, [{ first: 5, last: 12 }])
  const back = open(t, `${urls.slow}/admin`, { token: token(admin), epoch, offset: 4 })
  t.match(await back.ready(), { recovered: false })
  await sell(1)
  const head = await fast.eventLog.head()
  await relayed(slow)
  t.equal(slow.relay.position, head)
})
