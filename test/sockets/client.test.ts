import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { openStream, type Position, type StreamOptions } from '../../src/client/index.js'
import { build, signIn } from '../helpers/app.js'
import { appendRows, orderEvents } from '../helpers/log-history.js'
import { listen, relayed, token } from '../helpers/sockets.js'

/** Starts a proxy for `target` that forwards requests but not upgrades. @returns its address. */
async function plainProxy(t: Test, target: string, upgrades: 'refused' | 'passed on as requests') {
  const proxy = createServer((inbound, answer) => {
    const { upgrade: _, connection: __, ...headers } = inbound.headers
    const { method, url } = inbound
    const outbound = request(new URL(url ?? '/', target), { method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers)
      reply.pipe(answer)
    })
    outbound.on('error', () => answer.destroy())
    answer.on('close', () => outbound.destroy())
    inbound.pipe(outbound)
  })
  if (upgrades === 'refused') proxy.on('upgrade', (_request, socket) => socket.destroy())
  t.teardown(() => proxy.closeAllConnections())
  t.teardown(() => proxy.close())
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}

/** Resolves once the stream is live. */
function live(url: string, options: StreamOptions) {
  let stream: ReturnType<typeof openStream>
  return new Promise<typeof stream>((resolve) => {
    stream = openStream(url, {
      ...options,
      onState: (state) => state === 'live' && resolve(stream),
    })
  })
}

for (const upgrades of ['refused', 'passed on as requests'] as const)
  t.test(`the client polls where upgrades are ${upgrades}`, async (t) => {
    const app = await build(t)
    const proxy = await plainProxy(t, await listen(app), upgrades)
    const stream = await live(proxy, { namespace: '/inventory' })
    t.teardown(() => stream.close())
    await appendRows(app, orderEvents('nobody', 1))
    app.relay.wake()
    for await (const { type } of stream) {
      t.equal(type, 'stock:changed')
      break
    }
  })

t.test('a stream has a position before its first event, and resumes from it', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  await appendRows(app, orderEvents('nobody', 1))
  app.relay.wake()
  await relayed(app)
  const resets: (Position | undefined)[] = []
  const begun: Promise<Position> = new Promise((resolve) => {
    const stream = openStream(url, {
      namespace: '/inventory',
      onReset: (position) => {
        resets.push(position, stream.position)
        stream.close()
        resolve(position)
      },
    })
  })
  const from = await begun
  const epoch = app.eventLog.epoch()
  t.same(resets, [
    { epoch, offset: 2 },
    { epoch, offset: 2 },
  ])
  await appendRows(app, orderEvents('nobody', 2))
  const stream = openStream(url, { namespace: '/inventory', from })
  for await (const event of stream) {
    t.match(event, { offset: 4, type: 'stock:changed' })
    break
  }
})

t.test('the position advances with the log, even if all events belong to others', async (t) => {
  const app = await build(t)
  const url = await listen(app)
  const [ann, bob] = [await signIn(app), await signIn(app)]
  await appendRows(app, orderEvents(ann.id, 1))
  await appendRows(app, orderEvents(bob.id, 2))
  app.relay.wake()
  await relayed(app)
  const from = { epoch: app.eventLog.epoch(), offset: 0 }
  const options = { namespace: '/', token: () => token(ann), from } as const
  const stream = await live(url, options)
  t.same(stream.position, from, 'her order was not placed yet')
  for await (const event of stream) {
    t.match(event, { offset: 1, data: { userId: ann.id } })
    t.equal(stream.position?.offset, 4)
    break
  }
})
