import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { loadConfig } from '../../src/config.js'
import { RedisLink } from '../../src/redis/link.js'
import { startLiar } from '../helpers/false-redis.js'
import { PATIENCE_MS } from '../helpers/patience.js'
import { spawnServer } from '../helpers/process.js'
import { noRedis, startRedis, until } from '../helpers/redis-server.js'

const REQUESTS = 1_000
/** Total wait if each waited its quarter second in sequence. */
const ONE_BY_ONE_MS = REQUESTS * 250

/** Opens a link that records its state changes. */
async function openLink(t: Test, url: string, prefix = 'stockroom:test:') {
  const changes: (string | undefined)[] = []
  const link = new RedisLink({
    url,
    prefix: () => prefix,
    onChange: (failure) => changes.push(failure?.message),
  })
  t.teardown(() => link.close())
  const begin = performance.now()
  await link.start()
  return { link, changes, startedIn: performance.now() - begin }
}

const ping = (link: RedisLink) =>
  link.ask<string>(
    (client) => client.ping(),
    () => 'alone',
  )

t.test('processes of one shop notify each other, and no other shop', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const heard: string[] = []
  const listen = async (name: string, prefix?: string) => {
    const { link } = await openLink(t, redis.url, prefix)
    link.subscribe('events', () => heard.push(`${name} events`))
    link.subscribe('sessions', () => heard.push(`${name} sessions`))
    return link
  }
  const one = await listen('one')
  const links = [one, await listen('two'), await listen('other', 'stockroom:other:')]
  for (const link of links) await until(() => link.up)
  for (let i = 0; i < 100; i++) one.publish('events')
  await until(() => heard.length === 1)
  one.publish('sessions')
  await until(() => heard.length === 2)
  t.same(heard, ['two events', 'two sessions'], 'a hundred in a row are combined into one')
  t.equal(await ping(one), 'PONG')
})

t.test(
  'a killed Redis causes no failure, and is used again when it is back',
  { skip: noRedis },
  async (t) => {
    const redis = await startRedis(t)
    const { link, changes } = await openLink(t, redis.url)
    await until(() => link.up)
    await redis.kill()
    await until(() => !link.up)
    t.equal(await ping(link), 'alone')
    t.equal(changes.length, 2)
    await redis.start()
    await until(() => link.up)
    t.equal(await ping(link), 'PONG')
    t.match(changes, [undefined, String, undefined])
  },
)

t.test('a Redis that hangs delays requests once', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const { link, changes } = await openLink(t, redis.url)
  await until(() => link.up)
  redis.hang()
  const begin = performance.now()
  t.same(await Promise.all(Array.from({ length: REQUESTS }, () => ping(link))), Array(REQUESTS).fill('alone'))
  const waited = performance.now() - begin
  t.ok(waited < ONE_BY_ONE_MS / 2, `the requests waited together for ${waited} ms`)
  const again = performance.now()
  for (let i = 0; i < REQUESTS; i++) await ping(link)
  t.ok(performance.now() - again < ONE_BY_ONE_MS / 2, 'later requests do not wait')
  t.equal(changes.length, 2)
  redis.resume()
  await until(() => link.up)
  t.equal(await ping(link), 'PONG')
})

t.test('a Redis that hangs is detected without traffic', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const { link } = await openLink(t, redis.url)
  await until(() => link.up)
  redis.hang()
  await until(() => !link.up)
  t.equal(await ping(link), 'alone')
})

t.test('a server that is not Redis is not used, and is reported once', async (t) => {
  const error = (text: string) => `-${text}\r\n`
  const liars: Record<string, string | undefined> = {
    'one that never answers': undefined,
    'a web server': 'HTTP/1.1 400 Bad Request\r\n\r\n',
    'one that says yes to all': '+OK\r\n',
    'one that gives numbers': ':1\r\n',
    'a replica': error("READONLY You can't write against a read only replica."),
    'a full one': error("OOM command not allowed when used memory > 'maxmemory'."),
    'one that loads': error('LOADING Redis is loading the dataset in memory'),
    'one with other data': error('WRONGTYPE Operation against a key holding the wrong kind of value'),
    'one without a memory of scripts': error('NOSCRIPT No matching script.'),
  }
  await Promise.all(
    Object.entries(liars).map(async ([what, answer]) => {
      const { link, changes, startedIn } = await openLink(t, await startLiar(t, answer))
      t.ok(startedIn < PATIENCE_MS, `${what} prevents no start: ${startedIn} ms`)
      t.equal(await ping(link), 'alone', what)
      await until(() => changes.length > 0)
      // It keeps retrying silently.
      await new Promise((resolve) => setTimeout(resolve, 2_500))
      t.equal(link.up, false)
      t.equal(changes.length, 1, `${what}: ${changes.join('; ')}`)
    }),
  )
})

t.test('an unreachable Redis does not prevent a start', async (t) => {
  const { link, changes } = await openLink(t, 'redis://127.0.0.1:1')
  t.match(changes, [/ECONNREFUSED/])
  t.equal(await ping(link), 'alone')
})

t.test(
  'a password and a database number are used, and invalid ones are refused at the start',
  { skip: noRedis },
  async (t) => {
    const redis = await startRedis(t, ['--requirepass', 'sesame', '--databases', '4'])
    const at = (start: string, end = '') => redis.url.replace('//', `//${start}`) + end
    const { link, changes } = await openLink(t, at(':sesame@', '/3'))
    await until(() => link.up)
    t.match(
      await link.ask(
        (client) => client.client('INFO'),
        () => '',
      ),
      /db=3/,
    )
    for (const [url, message] of [
      [redis.url, /NOAUTH/],
      [at(':wrong@'), /WRONGPASS/],
      [at(':sesame@', '/9'), /DB index/],
    ] as const) {
      const refused = await openLink(t, url).then(
        () => new Error('it started'),
        (error: Error) => error,
      )
      t.match(refused, { name: 'RedisRefused', message })
      t.match(refused.message, `Redis at 127.0.0.1:${redis.port} refuses what REDIS_URL says`)
      t.notMatch(refused.message, /sesame|wrong@/)
    }
    const { ended, output } = spawnServer(t, t.testdir(), { REDIS_URL: at(':sesame@', '/9') })
    t.equal(await ended, 1)
    t.match(output(), /^Stockroom could not start: Redis at .* refuses what REDIS_URL says: ERR .*DB index/m)
    t.notMatch(output(), /sesame/)

    // For a process already serving it is an outage like others, over once the configuration is fixed.
    const keeper = new Redis(at(':sesame@'))
    t.teardown(() => keeper.disconnect())
    await keeper.config('SET', 'requirepass', 'changed')
    await keeper.client('KILL', 'TYPE', 'pubsub')
    await until(() => changes.length === 2)
    t.equal(await ping(link), 'alone')
    await keeper.config('SET', 'requirepass', 'sesame')
    await until(() => link.up)
  },
)

t.test('failing reconnects become less and less frequent', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const { link, changes } = await openLink(t, redis.url)
  await until(() => link.up)
  await redis.command('RPUSH', 'stockroom:test:mine', 'no number')
  for (const end = performance.now() + 5_000; performance.now() < end || changes.length < 2; ) {
    await link.ask<unknown>(
      (client) => client.incr('stockroom:test:mine'),
      () => undefined,
    )
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  t.match(changes, [undefined, /WRONGTYPE/])
  t.ok(changes.length <= 6, `${changes.length} lines in the log`)
})

t.test('REDIS_URL must be a valid Redis URL', async (t) => {
  for (const good of ['redis://h', 'rediss://user:p%40ss@h:6380/2', 'redis://:secret@[::1]:6379/'])
    t.equal(loadConfig({ REDIS_URL: good }).redisUrl, good)
  t.equal(loadConfig({ REDIS_URL: '' }).redisUrl, undefined)
  for (const bad of [
    'localhost:6379',
    'http://h',
    'redis://',
    'redis://h/name',
    'redis://h:no',
    'redis:///1',
  ])
    t.throws(() => loadConfig({ REDIS_URL: bad }), { name: 'ConfigError', message: /REDIS_URL/ }, bad)
})

t.test('a closed link sends nothing and does not reconnect', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const { link, changes } = await openLink(t, redis.url)
  await until(() => link.up)
  link.publish('events')
  await link.close()
  t.equal(await ping(link), 'alone')
  t.same(changes, [undefined])
  const url = await startLiar(t, undefined)
  let leastMs = Number.POSITIVE_INFINITY
  // The minimum of several, since the machine may be busy.
  for (let i = 0; i < 10 && leastMs >= 1_000; i++) {
    const stuck = new RedisLink({ url, prefix: () => 'x:', onChange: () => {} })
    await stuck.start()
    const begin = performance.now()
    await stuck.close()
    leastMs = Math.min(leastMs, performance.now() - begin)
  }
  t.ok(leastMs < 1_000, 'also while it is connecting')
})
