import t, { type Test } from 'tap'
import { createLocalGuesses } from '../../src/accounts/lockout/local-guesses.js'
import { createLockout } from '../../src/accounts/lockout/lockout.js'
import { createSharedGuesses } from '../../src/accounts/lockout/shared-guesses.js'
import { RedisLink } from '../../src/redis/link.js'
import { noRedis, startRedis, until } from '../helpers/redis-server.js'

const ACCOUNT = 'ada@shop.test'

/** Creates lockouts as in `count` processes, and their shared Redis. */
async function openNodes(t: Test, count: number) {
  const redis = await startRedis(t)
  const nodes = Array.from({ length: count }, () => {
    const link = new RedisLink({ url: redis.url, prefix: () => 'stockroom:test:', onChange: () => {} })
    t.teardown(() => link.close())
    const lockout = createLockout({ guesses: createSharedGuesses(link, createLocalGuesses()) })
    return {
      link,
      guess: (found?: string, account = ACCOUNT) => lockout.guess(account, async () => found),
      lockout,
    }
  })
  for (const { link } of nodes) await link.start()
  for (const { link } of nodes) await until(() => link.up)
  const [first, second] = nodes
  if (!first || !second) throw new Error('two nodes are required')
  return { redis, nodes, first, second }
}

t.test('five wrong guesses at any nodes lock the account at all of them', { skip: noRedis }, async (t) => {
  const { redis, first, second } = await openNodes(t, 2)
  for (const node of [first, second, first, second, first]) t.equal(await node.guess(), undefined)
  for (const node of [first, second]) {
    const refusal = await node.guess('ada').catch((error) => error)
    t.match(refusal, { code: 'account-locked', statusCode: 429 })
    t.ok(refusal.retryAfter > 570 && refusal.retryAfter <= 600, `for ${refusal.retryAfter} s`)
  }
  t.equal(await second.guess('bob', 'bob@shop.test'), 'bob', 'and no other account')
  const keys = (await redis.command('KEYS', '*')) as string[]
  t.ok(keys.some((key) => key.startsWith('stockroom:test:guesses:')))
  t.notMatch(keys.join(), /ada@|shop/, 'the email address is not in Redis')
  for (const key of keys) t.ok(Number(await redis.command('PTTL', key)) > 0, `${key} expires`)
})

t.test('the right password at one node resets the count at all', { skip: noRedis }, async (t) => {
  const { first, second } = await openNodes(t, 2)
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 4; i++) await first.guess()
    t.equal(await second.guess('ada'), 'ada')
  }
})

t.test('a hundred concurrent guesses at three nodes try five passwords', { skip: noRedis }, async (t) => {
  const { nodes } = await openNodes(t, 3)
  let tried = 0
  const outcomes = await Promise.allSettled(
    Array.from({ length: 99 }, (_, i) =>
      nodes[i % 3]?.lockout.guess(ACCOUNT, async () => {
        tried++
        await new Promise((resolve) => setTimeout(resolve, 20))
        return undefined
      }),
    ),
  )
  t.equal(tried, 5)
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  t.equal(refused.length, 94)
  t.ok(refused.every(({ reason }) => reason.code === 'account-locked'))
})

t.test('concurrent right passwords at three nodes all pass, five at a time', { skip: noRedis }, async (t) => {
  const { nodes } = await openNodes(t, 3)
  let running = 0
  let peak = 0
  let reached = () => {}
  const five = new Promise<void>((resolve) => {
    reached = resolve
  })
  const found = await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      nodes[i % 3]?.lockout.guess(ACCOUNT, async () => {
        peak = Math.max(peak, ++running)
        if (peak >= 5) reached()
        await five // keeps five running at a time on any machine
        await new Promise((resolve) => setTimeout(resolve, 5))
        running--
        return 'ada'
      }),
    ),
  )
  t.ok(found.every((each) => each === 'ada'))
  t.equal(peak, 5)
})

t.test('a guess of a dead node expires with its lease', { skip: noRedis }, async (t) => {
  const { redis, first } = await openNodes(t, 2)
  await first.guess()
  const [wrong = ''] = (await redis.command('KEYS', '*:wrong')) as string[]
  const running = wrong.replace(':wrong', ':running')
  const now = Date.now()
  for (const guess of ['a', 'b', 'c', 'd']) await redis.command('ZADD', running, String(now + 400), guess)
  t.equal(await first.guess('ada'), 'ada')
  t.ok(Date.now() >= now + 400, 'it waited until their leases had expired')
})

t.test(
  'a lock survives the loss of Redis, and each node enforces it without Redis',
  { skip: noRedis },
  async (t) => {
    const { redis, first, second } = await openNodes(t, 2)
    for (let i = 0; i < 4; i++) await first.guess()
    await redis.kill()
    await until(() => !first.link.up && !second.link.up)
    t.equal(await first.guess(), undefined, 'the fifth, which only this node counts')
    await t.rejects(first.guess('ada'), { code: 'account-locked' })
    for (let i = 0; i < 5; i++)
      t.equal(await second.guess(), undefined, 'a node without Redis counts for itself')
    await t.rejects(second.guess('ada'), { code: 'account-locked' })

    await redis.start()
    await until(() => first.link.up && second.link.up)
    for (const node of [first, second]) await t.rejects(node.guess('ada'), { code: 'account-locked' })
  },
)

t.test(
  'a guess running when Redis hangs is counted, and its answer is delayed once',
  { skip: noRedis },
  async (t) => {
    const { redis, first } = await openNodes(t, 2)
    for (let i = 0; i < 4; i++) await first.guess()
    const fifth = first.lockout.guess(ACCOUNT, async () => {
      redis.hang()
      return undefined
    })
    t.equal(await fifth, undefined)
    await t.rejects(first.guess('ada'), { code: 'account-locked' })
    redis.resume()
  },
)
