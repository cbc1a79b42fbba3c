import t, { type Test } from 'tap'
import { RedisLink } from '../../src/redis/link.js'
import { startCluster, startSentinels } from '../helpers/redis-failover.js'
import { noRedis, startRedis, until } from '../helpers/redis-server.js'

const PREFIX = 'stockroom:{test}:'

async function openLink(t: Test, url: string) {
  const changes: (string | undefined)[] = []
  const link = new RedisLink({
    url,
    prefix: () => PREFIX,
    onChange: (failure) => changes.push(failure?.message),
  })
  t.teardown(() => link.close())
  await link.start()
  return { link, changes }
}

/** The port of the server in use. */
const portOf = (link: RedisLink) =>
  link.ask(
    async (client) => Number(((await client.config('GET', 'port')) as string[])[1]),
    () => undefined,
  )

/** Kills the server in use of two links, and waits until both use the other. */
async function failOver(
  t: Test,
  url: string,
  from: { port: number; kill(): Promise<void> },
  to: { port: number },
) {
  const [one, two] = [await openLink(t, url), await openLink(t, url)]
  const links = [one.link, two.link]
  for (const link of links) {
    await until(() => link.up)
    t.equal(await portOf(link), from.port)
  }
  const counted = await one.link.ask<unknown>(
    (client) => client.incr(`${PREFIX}counter`),
    () => undefined,
  )
  t.equal(counted, 1)
  await from.kill()
  for (const link of links) await until(() => !link.up)
  for (const link of links) {
    await until(() => link.up)
    t.equal(await portOf(link), to.port)
  }
  let heard = 0
  two.link.subscribe('events', () => heard++)
  one.link.publish('events')
  await until(() => heard === 1)
  return one
}

t.test(
  'the server that sentinels name is used, and the one they promote after it',
  { skip: noRedis },
  async (t) => {
    const { master, replica, hosts } = await startSentinels(t, {
      password: 'sesame',
      sentinelPassword: 'guard',
    })
    const url = `redis+sentinel://:sesame@${hosts}/main/0?sentinelPassword=guard`
    await failOver(t, url, master, replica)

    for (const [wrong, message] of [
      [url.replace('guard', 'wrong'), /WRONGPASS/],
      [url.replace(':sesame@', ':wrong@'), /WRONGPASS/],
    ] as const)
      await t.rejects(openLink(t, wrong), { name: 'RedisRefused', message })
    const { link, changes } = await openLink(t, url.replace('/main/', '/other/'))
    t.equal(link.up, false)
    t.match(changes, [/the sentinel knows no other/])
  },
)

t.test(
  'the node of a cluster with the keys of the shop is used, and its replica after it',
  { skip: noRedis },
  async (t) => {
    const { owner, replica, hosts } = await startCluster(t, PREFIX)
    await failOver(t, `redis+cluster://${hosts}`, owner, replica)
  },
)

t.test('a request waits for Redis as long as configured', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const waits = async (timeoutMs: number) => {
    const link = new RedisLink({ url: redis.url, prefix: () => PREFIX, timeoutMs, onChange: () => {} })
    t.teardown(() => link.close())
    await link.start()
    await until(() => link.up)
    redis.hang()
    const begun = performance.now()
    await link.ask<unknown>(
      (client) => client.ping(),
      () => undefined,
    )
    const waited = performance.now() - begun
    redis.resume()
    return waited
  }
  t.ok((await waits(20)) < 250)
  const long = await waits(900)
  t.ok(long >= 890, `${long} ms`)
})
