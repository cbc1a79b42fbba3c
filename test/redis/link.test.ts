import t, { type Test } from 'tap'
import { loadConfig } from '../../src/config.js'
import { RedisLink } from '../../src/redis/link.js'
import { startLiar } from './liar.js'
import { noRedis, startRedis, until } from './server.js'

/** What a hundred requests would wait if each waited its quarter of a second, one after the other. */
const ONE_BY_ONE_MS = 25_000

/** A link, and what it told of its changes. */
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

t.test('processes of one shop tell each other, and no other shop', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const heard: string[] = []
  const listen = async (name: string, prefix?: string) => {
    const { link } = await openLink(t, redis.url, prefix)
    link.onTold('events', () => heard.push(`${name} events`))
    link.onTold('sessions', () => heard.push(`${name} sessions`))
    return link
  }
  const one = await listen('one')
  const links = [one, await listen('two'), await listen('other', 'stockroom:other:')]
  for (const link of links) await until(() => link.up)
  for (let i = 0; i < 100; i++) one.tell('events')
  await until(() => heard.length === 1)
  one.tell('sessions')
  await until(() => heard.length === 2)
  t.same(heard, ['two events', 'two sessions'], 'a hundred in a row are one')
  t.equal(await ping(one), 'PONG')
})

t.test(
  'a Redis that is killed costs nothing, and is used again when it is back',
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

t.test('a Redis that hangs is waited for once', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const { link, changes } = await openLink(t, redis.url)
  await until(() => link.up)
  redis.hang()
  const begin = performance.now()
  t.same(await Promise.all(Array.from({ length: 100 }, () => ping(link))), Array(100).fill('alone'))
  const waited = performance.now() - begin
  t.ok(waited < ONE_BY_ONE_MS / 2, `a hundred waited together for ${waited} ms`)
  const again = performance.now()
  for (let i = 0; i < 100; i++) await ping(link)
  t.ok(performance.now() - again < ONE_BY_ONE_MS / 2, 'and from then on nobody')
  t.equal(changes.length, 2)
  redis.resume()
  await until(() => link.up)
  t.equal(await ping(link), 'PONG')
})

t.test('a Redis that hangs is noticed when nobody asks', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const { link } = await openLink(t, redis.url)
  await until(() => link.up)
  redis.hang()
  await until(() => !link.up)
  t.equal(await ping(link), 'alone')
})

t.test('what only looks like Redis is not used, and said so once', async (t) => {
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
    'one with a password': error('NOAUTH Authentication required.'),
  }
  await Promise.all(
    Object.entries(liars).map(async ([what, answer]) => {
      const { link, changes, startedIn } = await openLink(t, await startLiar(t, answer))
      t.ok(startedIn < 2_000, `${what} keeps nobody from starting: ${startedIn} ms`)
      t.equal(await ping(link), 'alone', what)
      await until(() => changes.length > 0)
      // It goes on trying, in silence.
      await new Promise((resolve) => setTimeout(resolve, 2_500))
      t.equal(link.up, false)
      t.equal(changes.length, 1, `${what}: ${changes.join('; ')}`)
    }),
  )
})

t.test('nobody at the address is no reason not to start', async (t) => {
  const { link, changes } = await openLink(t, 'redis://127.0.0.1:1')
  t.match(changes, [/ECONNREFUSED/])
  t.equal(await ping(link), 'alone')
})

t.test(
  'a password and a number of a database are used, and wrong ones told of',
  { skip: noRedis },
  async (t) => {
    const redis = await startRedis(t, ['--requirepass', 'sesame', '--databases', '4'])
    const at = (start: string, end = '') => redis.url.replace('//', `//${start}`) + end
    const { link } = await openLink(t, at(':sesame@', '/3'))
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
      const { link, changes } = await openLink(t, url)
      await until(() => changes.length > 0)
      t.match(changes, [message])
      t.equal(link.up, false)
      t.notMatch(changes.join(), /sesame|wrong@/)
    }
  },
)

t.test('what fails again and again is tried less and less often', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const { link, changes } = await openLink(t, redis.url)
  await until(() => link.up)
  await redis.command('RPUSH', 'stockroom:test:mine', 'no number')
  const end = performance.now() + 5_000
  while (performance.now() < end) {
    await link.ask<unknown>(
      (client) => client.incr('stockroom:test:mine'),
      () => undefined,
    )
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  t.match(changes, [undefined, /WRONGTYPE/])
  t.ok(changes.length <= 6, `${changes.length} lines in the log`)
})

t.test('REDIS_URL must be the address of a Redis', async (t) => {
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

t.test('once closed it is silent and asks no more', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const { link, changes } = await openLink(t, redis.url)
  await until(() => link.up)
  link.tell('events')
  await link.close()
  t.equal(await ping(link), 'alone')
  t.same(changes, [undefined])
  const stuck = new RedisLink({ url: await startLiar(t, undefined), prefix: () => 'x:', onChange: () => {} })
  await stuck.start()
  const begin = performance.now()
  await stuck.close()
  t.ok(performance.now() - begin < 1_000, 'also while it tries to connect')
})
