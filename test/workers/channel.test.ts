import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { DatabaseBusy } from '../../src/db/errors.js'
import { insufficientStock, Problem } from '../../src/errors.js'
import { Channel, ChannelClosed, type Handler } from '../../src/workers/channel.js'
import { FrameReader, frameOf } from '../../src/workers/frames.js'
import { overSocket } from '../../src/workers/over-socket.js'

async function sockets(t: Test): Promise<[Socket, Socket]> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const one = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [other] = (await once(server, 'connection')) as [Socket]
  t.teardown(() => {
    for (const each of [one, other]) each.destroy()
    server.close()
  })
  return [one, other]
}

async function channels(t: Test, handlers: Record<string, Handler>): Promise<[Channel, Channel]> {
  const [one, other] = await sockets(t)
  return [new Channel(overSocket(one), {}), new Channel(overSocket(other), handlers)]
}

t.test('frames are put together from chunks of any size', async (t) => {
  const texts = ['', 'one', 'zwölf 🛒', 'x'.repeat(100_000), '["last"]']
  const bytes = Buffer.concat(texts.map(frameOf))
  for (const size of [1, 3, 5, 4096, bytes.length]) {
    const got: string[] = []
    const reader = new FrameReader((text) => got.push(text))
    for (let at = 0; at < bytes.length; at += size) reader.add(bytes.subarray(at, at + size))
    t.same(got, texts, `chunks of ${size} bytes`)
  }
})

t.test('calls are answered in any order, and notifications arrive', async (t) => {
  const noted: unknown[] = []
  const release: (() => void)[] = []
  const [client] = await channels(t, {
    double: (n: number) => 2 * n,
    slow: (n: number) => new Promise((resolve) => release.push(() => resolve(n))),
    note: (text: string) => void noted.push(text),
  })
  const slow = client.call<number>('slow', 7)
  t.same(await Promise.all([1, 2, 3].map((n) => client.call('double', n))), [2, 4, 6])
  client.notify('note', 'hello')
  client.notifyText('note', '"again"')
  t.equal(await client.call('double', 4), 8)
  t.same(noted, ['hello', 'again'])
  for (const resolve of release) resolve()
  t.equal(await slow, 7)
})

t.test('failures arrive as the client of the shop is to see them', async (t) => {
  const failures: Record<string, () => Error> = {
    refused: () => insufficientStock('p', 3, 2),
    busy: () => new DatabaseBusy(new Error('locked')),
    unexpected: () => new TypeError('x is undefined'),
  }
  const [client] = await channels(t, {
    fail(name: string) {
      throw failures[name]?.()
    },
  })
  const failureOf = (name: string) => client.call('fail', name).then(undefined, (error) => error)

  const refused = await failureOf('refused')
  t.type(refused, Problem)
  const { code, statusCode, extra, message } = insufficientStock('p', 3, 2)
  t.match(refused, { code, statusCode, extra, message })
  t.match(await failureOf('busy'), { code: 'overloaded', retryAfter: 1, cause: { message: /stayed busy/ } })
  const unexpected = await failureOf('unexpected')
  t.notOk(unexpected instanceof Problem)
  t.match(unexpected, { message: 'x is undefined', stack: /channel\.test/ })
  t.match(await client.call('none', 0).catch((error) => error), { message: /no method none/ })
})

t.test('calls fail when the peer goes, and later ones at once', async (t) => {
  const [client, server] = await channels(t, { never: () => new Promise(() => {}) })
  let closed = 0
  client.onClose(() => closed++)
  const calls = [1, 2].map((n) => client.call('never', n).catch((error) => error))
  await new Promise(setImmediate)
  server.destroy()
  for (const failure of await Promise.all(calls)) t.type(failure, ChannelClosed)
  t.equal(closed, 1)
  await t.rejects(client.call('never', 3), ChannelClosed)
  client.notify('never', 4)
})
