import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { type Elected, Election, LEASE_MS } from '../../src/nodes/election.js'
import type { RedisLink } from '../../src/redis/link.js'
import { linkTo } from '../helpers/redis-links.js'
import { noRedis, startRedis, until } from '../helpers/redis-server.js'

const KEY = 'stockroom:test:committer'

/** Makes a contestant whose inbox is its name. */
function contestant(t: Test, redis: Pick<RedisLink, 'prefix' | 'ask'>, name: string, terms = 'terms') {
  const state: { elected: Elected; inbox: string | undefined; isFit: boolean } = {
    elected: undefined,
    inbox: name,
    isFit: true,
  }
  const election = new Election({
    redis,
    inbox: () => state.inbox,
    terms,
    isFit: () => state.isFit,
    onLook: (elected) => {
      state.elected = elected
    },
  })
  t.teardown(() => election.resign())
  return { election, state }
}

t.test('of several contestants one is elected, and the others know it', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const links = await Promise.all(Array.from({ length: 5 }, () => linkTo(t, redis.url)))
  const all = links.map((link, i) => contestant(t, link, `node-${i}`))
  await Promise.all(all.map(({ election }) => election.look()))
  const winners = all.filter(({ election }) => election.isElected)
  t.equal(winners.length, 1)
  const [winner] = winners
  for (const { state } of all)
    t.same(state.elected, state === winner?.state ? 'self' : { inbox: winner?.state.inbox })
})

t.test('the lease is renewed, and expires if it is not', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const [one, two] = [
    contestant(t, await linkTo(t, redis.url), 'one'),
    contestant(t, await linkTo(t, redis.url), 'two'),
  ]
  await one.election.start()
  await sleep(LEASE_MS + 500)
  await two.election.look()
  t.same(two.state.elected, { inbox: 'one' })
  t.ok(Number(await redis.command('PTTL', KEY)) <= LEASE_MS)

  const dead = contestant(t, await linkTo(t, redis.url, 'stockroom:other:'), 'dead')
  const heir = contestant(t, await linkTo(t, redis.url, 'stockroom:other:'), 'heir')
  await dead.election.look()
  await heir.election.start()
  t.same(heir.state.elected, { inbox: 'dead' })
  await until(() => heir.election.isElected)
  await dead.election.look()
  t.same(dead.state.elected, { inbox: 'heir' }, 'a node that was suspended finds its successor')
  t.notOk(dead.election.isElected)
})

t.test(
  'a node that resigns is succeeded at once, and takes nobody’s lease away',
  { skip: noRedis },
  async (t) => {
    const redis = await startRedis(t)
    const [one, two] = [
      contestant(t, await linkTo(t, redis.url), 'one'),
      contestant(t, await linkTo(t, redis.url), 'two'),
    ]
    await one.election.look()
    await one.election.resign()
    t.equal(await redis.command('EXISTS', KEY), 0)
    await two.election.look()
    t.equal(two.state.elected, 'self')
    await one.election.look()
    t.equal(one.state.elected, 'self', 'it looks no more')
    await redis.command('SET', KEY, 'three terms')
    await two.election.resign()
    t.equal(await redis.command('GET', KEY), 'three terms')
  },
)

t.test('a node that cannot commit gives the lease up', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const { election, state } = contestant(t, await linkTo(t, redis.url), 'one')
  await election.look()
  t.equal(state.elected, 'self')
  state.isFit = false
  await election.look()
  t.equal(state.elected, undefined)
  t.equal(await redis.command('EXISTS', KEY), 0)
  state.isFit = true
  state.inbox = undefined
  await election.look()
  t.equal(state.elected, undefined, 'nor does one that can receive nothing claim it')
})

t.test('a node with other terms is not asked', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  await contestant(t, await linkTo(t, redis.url), 'one').election.look()
  const other = contestant(t, await linkTo(t, redis.url), 'two', 'other terms')
  await other.election.look()
  t.equal(other.state.elected, undefined)
})

t.test('without Redis nobody is elected', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const link = await linkTo(t, redis.url)
  const { election, state } = contestant(t, link, 'one')
  await election.look()
  t.equal(state.elected, 'self')
  await redis.kill()
  await election.look()
  t.equal(state.elected, undefined)
  t.notOk(election.isElected)
})

t.test('a Redis that answers nonsense elects nobody', async (t) => {
  for (const answer of [null, 1, '', 'x', 'a b c', {}]) {
    const link = { prefix: 'x:', ask: async () => answer as never }
    const { election, state } = contestant(t, link, 'one')
    await election.look()
    t.equal(state.elected, undefined, String(answer))
  }
})

t.test('a key that is no lease is replaced', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const link = await linkTo(t, redis.url)
  const { election } = contestant(t, link, 'one')
  for (const foreign of [
    ['RPUSH', 'a list'],
    ['HSET', 'a', 'hash'],
    ['SET', 'without an end'],
    ['SET', 'for an hour', 'EX', '3600'],
  ] as const) {
    const [command, ...values] = foreign
    await redis.command('DEL', KEY)
    await redis.command(command, KEY, ...values)
    await election.look()
    t.ok(election.isElected, foreign.join(' '))
    t.ok(link.up, 'the link to Redis is still used')
  }
  await redis.command('DEL', KEY)
  await redis.command('RPUSH', KEY, 'a list')
  await election.resign()
  t.ok(link.up)
  t.equal(await redis.command('TYPE', KEY), 'list', 'what is not its own stays')
})

t.test('a node that resigns while it looks follows nobody', async (t) => {
  let answer: (held: unknown) => void = () => undefined
  const redis = {
    prefix: 'stockroom:test:',
    ask: () => new Promise((resolve) => (answer = resolve)),
  } as unknown as RedisLink
  const { election, state } = contestant(t, redis, 'one')
  const looking = election.look()
  await sleep(0)
  const resigned = election.resign()
  answer('another terms')
  await Promise.all([looking, resigned])
  t.equal(state.elected, undefined)
})
