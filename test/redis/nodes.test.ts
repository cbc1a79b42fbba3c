import { once } from 'node:events'
import t from 'tap'
import { signIn } from '../helpers/app.js'
import { addProduct } from '../helpers/books.js'
import { startGarbler } from '../helpers/false-redis.js'
import { type App, openNodes, sell, sellAndRelay } from '../helpers/open-nodes.js'
import { noRedis, startRedis, until } from '../helpers/redis-server.js'
import { isDense, listen, open, token } from '../helpers/sockets.js'

/** Disables polling, so events arrive only by notification. */
const NEVER_MS = 2 ** 31 - 1

t.test(
  'an order at one node wakes the others, and a Redis that loses messages loses no event',
  { skip: noRedis },
  async (t) => {
    const redis = await startRedis(t)
    const honest = { redisUrl: redis.url }
    const { nodes, a, b } = await openNodes(t, [
      honest,
      honest,
      { redisUrl: await startGarbler(t, redis.port) },
    ])
    const deaf = nodes[2]
    if (!deaf) throw new Error('there is no third node')
    await sellAndRelay(deaf, a)
    // On a busy machine, a command may time out.
    await until(() => deaf.redis?.up === true)
    t.pass('the loss is not detected: the other nodes poll')
    b.relay.pollEvery(NEVER_MS)
    await sellAndRelay(a, b)
    t.pass('a node that does not poll is notified')
  },
)

t.test(
  'a session that ends at one node ends at the others, which are notified',
  { skip: noRedis },
  async (t) => {
    const redis = await startRedis(t)
    const { a, b } = await openNodes(t, [{ redisUrl: redis.url }, { redisUrl: redis.url }])
    const url = await listen(b)
    let told = 0
    b.redis?.subscribe('sessions', () => told++)
    for (let i = 0; i < 7; i++) {
      const { id, headers } = await signIn(a, 'admin')
      const client = open(t, `${url}/admin`, { token: token({ headers }) })
      await client.ready()
      const gone = once(client.socket as never, 'disconnect')
      await a.accounts.sessions.endAll(id)
      await gone
      await until(() => told > i)
      t.equal((await b.inject({ url: '/auth/me', headers })).statusCode, 401)
    }
  },
)

t.test('nodes count requests, sign-ins and connections together', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const limits = { redisUrl: redis.url, rateLimitMax: 20, authRateLimitMax: 6 }
  const { a, b } = await openNodes(t, [limits, limits])
  const login = (app: App) =>
    app.inject({ method: 'POST', url: '/auth/login', payload: { email: 'x@shop.test', password: 'y' } })
  const list = (app: App) => app.inject('/products')

  for (const app of [a, b, a, b]) t.equal((await login(app)).statusCode, 401)
  t.match((await list(b)).headers.ratelimit, /^"default";r=15;t=\d+$/)
  const last = await login(b)
  t.match(last.headers.ratelimit, /^"default";r=14;t=\d+, "auth";r=1;t=\d+$/)
  await login(a)
  for (const app of [a, b]) {
    const refused = await login(app)
    t.match(refused, { statusCode: 429, body: /rate-limited/ })
    t.ok(Number(refused.headers['retry-after']) > 0)
  }
  const statuses = []
  for (let i = 0; i < 14; i++) statuses.push((await list(i % 2 ? a : b)).statusCode)
  t.same(statuses, [...Array(11).fill(200), 429, 429, 429])

  const urls = [await listen(a), await listen(b)]
  const outcomes: boolean[] = []
  for (let i = 0; i < 24; i++) {
    const { socket } = open(t, `${urls[i % 2]}/inventory`, undefined)
    outcomes.push(
      await Promise.race([
        once(socket as never, 'connect').then(() => true),
        once(socket as never, 'connect_error').then(() => false),
      ]),
    )
  }
  t.same(outcomes, [...Array(20).fill(true), ...Array(4).fill(false)], 'handshakes are counted separately')
})

t.test(
  'without Redis each node limits and polls on its own, reports it, and recovers',
  { skip: noRedis },
  async (t) => {
    const redis = await startRedis(t)
    const limits = { redisUrl: redis.url, redisTimeout: 250, rateLimitMax: 1_000, authRateLimitMax: 5 }
    const { nodes, a, b, lines } = await openNodes(t, [limits, limits])
    const url = await listen(b)
    const admin = await signIn(a, 'admin')
    const client = open(t, `${url}/admin`, { token: token(admin) })
    await client.ready()
    const productId = await addProduct(a, { stock: 1_000 })
    const login = async (app: App) =>
      (
        await app.inject({
          method: 'POST',
          url: '/auth/login',
          payload: { email: 'x@shop.test', password: 'y' },
        })
      ).statusCode
    const up = async (app: App) =>
      /^redis_up (\d)$/m.exec(await app.metrics.getSingleMetricAsString('redis_up'))?.[1]
    t.equal(await up(a), '1')

    await redis.kill()
    // Requests never fail, whether or not the node has noticed.
    const orders = Array.from({ length: 20 }, () => sell(a, admin.id, productId))
    for (const node of nodes) t.equal((await node.inject('/health/ready')).statusCode, 200)
    await Promise.all(orders)
    for (const { redis } of nodes) await until(() => redis?.up === false)
    const statuses = []
    for (let i = 0; i < 6; i++) statuses.push(await login(a))
    t.same(statuses, [401, 401, 401, 401, 401, 429])
    t.equal(await login(b), 401, 'the other node counts for itself')
    t.equal(await up(a), '0')
    await sellAndRelay(a, b)

    await redis.start()
    for (const { redis } of nodes) await until(() => redis?.up === true)
    t.equal(await up(a), '1')
    t.equal(await login(b), 401, 'counted together again, from zero')
    const head = await a.eventLog.head()
    await client.until(() => client.events.length >= head)
    t.ok(isDense(client.events, 1, head), 'no event is missing, repeated or late')
    const told = lines.filter((line) => line.includes('Redis'))
    t.equal(told.length, 4, 'each node reported the loss and the return of Redis once')
    t.match(told.slice(0, 2).join(), /Redis cannot be used.*Redis cannot be used/s)
    t.match(told.slice(2).join(), /Redis can be used again.*Redis can be used again/s)
  },
)

t.test('wrong passwords at several nodes lock the account at all of them', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const { a, b } = await openNodes(t, [{ redisUrl: redis.url }, { redisUrl: redis.url }])
  const ada = { email: 'ada@shop.test', password: 'correct horse' }
  await a.inject({ method: 'POST', url: '/auth/register', payload: { name: 'Ada', ...ada } })
  for (const email of [ada.email, 'nobody@shop.test']) {
    const login = (app: App, password: string) =>
      app.inject({ method: 'POST', url: '/auth/login', payload: { email, password } })
    for (const app of [a, b, a, b, a]) t.equal((await login(app, 'wrong horse')).statusCode, 401)
    for (const app of [a, b]) {
      const locked = await login(app, ada.password)
      t.match(locked, { statusCode: 429, body: /account-locked/ }, `whether ${email} exists or not`)
      t.match(locked.headers['retry-after'], /^(600|5[789]\d)$/)
    }
  }
})

/** Sets the log back by one event, as restoring a backup does. */
