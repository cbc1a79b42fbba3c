import { once } from 'node:events'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { NodeChannels } from '../../src/nodes/node-channels.js'
import { OverPubSub } from '../../src/nodes/over-pub-sub.js'
import { createSeal } from '../../src/redis/seal.js'
import { TooSlow } from '../../src/within.js'
import { ChannelClosed, type Handler } from '../../src/workers/channel.js'
import { linkTo } from '../helpers/redis-links.js'
import { noRedis, startRedis, until } from '../helpers/redis-server.js'

const SECRET = 'of the nodes: thirty-two characters'

async function openNode(t: Test, url: string, handlers: Record<string, Handler> = {}, secret = SECRET) {
  const link = await linkTo(t, url)
  const channels = new NodeChannels({ redis: link, seal: createSeal([secret]), handlers })
  t.teardown(() => channels.close())
  return { link, channels, inbox: channels.listen() as string }
}

t.test('calls, notifications and large messages arrive in order', { skip: noRedis }, async (t) => {
  const { url } = await startRedis(t)
  const noted: unknown[] = []
  const server = await openNode(t, url, {
    length: (text: string) => text.length,
    echo: (value: unknown) => value,
    note: (value: unknown) => void noted.push(value),
  })
  const client = await openNode(t, url, { note: (value: unknown) => void noted.push(value) })
  const channel = await client.channels.open(server.inbox)
  const large = 'zwölf 🛒'.repeat(1_000_000)
  t.equal(await channel.call('length', large), large.length)
  t.equal(await channel.call('echo', large), large)
  for (let i = 0; i < 100; i++) channel.notify('note', i)
  await channel.call('echo', 0)
  t.same(
    noted.splice(0),
    Array.from({ length: 100 }, (_, i) => i),
  )
  t.equal(server.channels.accepted.size, 1)
  for (const accepted of server.channels.accepted) accepted.notify('note', 'back')
  await channel.call('echo', 0)
  t.same(noted, ['back'])
})

t.test('a channel to nobody cannot be opened', { skip: noRedis }, async (t) => {
  const { url } = await startRedis(t)
  const { channels } = await openNode(t, url)
  await t.rejects(channels.open('nobody'), ChannelClosed)
})

t.test('calls fail when the other node goes, and it is noticed at once', { skip: noRedis }, async (t) => {
  const { url } = await startRedis(t)
  const server = await openNode(t, url, { never: () => new Promise(() => undefined) })
  const client = await openNode(t, url)
  const channel = await client.channels.open(server.inbox)
  const failed = t.rejects(channel.call('never', 1), ChannelClosed)
  const closed = new Promise<void>((resolve) => channel.onClose(resolve))
  server.link.connection?.drop()
  await Promise.all([failed, closed])
  await t.rejects(channel.call('never', 2), ChannelClosed)
})

t.test('closing an end closes the other', { skip: noRedis }, async (t) => {
  const { url } = await startRedis(t)
  const [server, client] = [await openNode(t, url), await openNode(t, url)]
  await client.channels.open(server.inbox)
  t.equal(server.channels.accepted.size, 1)
  client.channels.close()
  await until(() => server.channels.accepted.size === 0)
})

t.test('a node that is silent for long counts as gone', { skip: noRedis }, async (t) => {
  const { url } = await startRedis(t)
  const silent = new Redis(url, { enableReadyCheck: false })
  t.teardown(() => silent.disconnect())
  const seal = createSeal([SECRET])
  const client = await openNode(t, url)
  // It accepts the channel, and hangs.
  await silent.subscribe('stockroom:test:inbox:silent')
  const opening = client.channels.open('silent')
  const [, message] = (await once(silent, 'message')) as [string, string]
  const id = seal.open(message)?.slice(1, 37)
  await client.link.connection?.post(client.inbox, seal.seal(`A${id}${'s'.repeat(36)}`))
  const channel = await opening
  await t.rejects(channel.call('place', 1), ChannelClosed)
})

t.test('a node without the secret cannot open a channel', { skip: noRedis }, async (t) => {
  const { url } = await startRedis(t)
  const server = await openNode(t, url)
  const stranger = await openNode(t, url, {}, 'another one of thirty-two characters')
  await t.rejects(stranger.channels.open(server.inbox), TooSlow)
  t.equal(server.channels.accepted.size, 0)
})

t.test('messages that are forged or repeated place nothing', { skip: noRedis }, async (t) => {
  const { url } = await startRedis(t)
  const placed: unknown[] = []
  const server = await openNode(t, url, { place: (order: unknown) => void placed.push(order) })
  const client = await openNode(t, url)
  const spy = new Redis(url, { enableReadyCheck: false })
  t.teardown(() => spy.disconnect())
  const messages: string[] = []
  await spy.subscribe(`stockroom:test:inbox:${server.inbox}`)
  spy.on('message', (_channel, message) => messages.push(message))
  const channel = await client.channels.open(server.inbox)
  channel.notify('place', { quantity: 1 })
  await until(() => placed.length === 1 && messages.length >= 2)
  const message = messages.find((each) => each.includes('"place"')) as string
  // A channel that is refused something closes; the order is not placed again.
  const closed = new Promise<void>((resolve) => channel.onClose(resolve))
  await client.link.connection?.post(server.inbox, message.replace('"quantity":1', '"quantity":9'))
  await client.link.connection?.post(server.inbox, message.slice(43))
  await client.link.connection?.post(server.inbox, message)
  await closed
  t.same(placed, [{ quantity: 1 }])
})

t.test('a channel ends with the connection to Redis', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const server = await openNode(t, redis.url, { never: () => new Promise(() => undefined) })
  const client = await openNode(t, redis.url)
  const channel = await client.channels.open(server.inbox)
  const failed = t.rejects(channel.call('never', 1), ChannelClosed)
  await redis.kill()
  await failed
  t.equal(client.channels.listen(), undefined)
  await t.rejects(client.channels.open(server.inbox), ChannelClosed)
  await redis.start()
  await until(() => server.link.up && client.link.up)
  const inbox = server.channels.listen() as string
  t.not(inbox, server.inbox)
  client.channels.listen()
  t.ok(await client.channels.open(inbox))
})

t.test('a node that is about to end lets no other open a channel', { skip: noRedis }, async (t) => {
  const { url } = await startRedis(t)
  const [server, client] = [await openNode(t, url, { echo: (value) => value }), await openNode(t, url)]
  const channel = await client.channels.open(server.inbox)
  server.channels.acceptNone()
  await t.rejects(client.channels.open(server.inbox), TooSlow)
  t.equal(server.channels.accepted.size, 1)
  t.equal(await channel.call('echo', 1), 1, 'an open one stays')
})

t.test('an end that has closed tells those who ask later', async (t) => {
  const transport = new OverPubSub({ post: () => undefined, onEnd: () => undefined })
  let told = 0
  transport.onClose(() => told++)
  transport.destroy()
  transport.onClose(() => told++)
  t.equal(told, 2)
})
