import t from 'tap'
import { ada, credentials, post } from '../helpers/ada.js'
import { noRateLimits } from '../helpers/app.js'
import { guessFive, signInAs, wrong } from '../helpers/device.js'
import { openNodes } from '../helpers/open-nodes.js'
import { noRedis, startRedis } from '../helpers/redis-server.js'

t.test('nodes count the guesses of a device together, and lift its lock', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const settings = { ...noRateLimits, redisUrl: redis.url }
  const { a, b } = await openNodes(t, [settings, settings])
  await post(a, '/auth/register', ada)
  const { headers } = await signInAs(a)
  const { headers: another } = await signInAs(b)
  for (const app of [a, b, a, b, a]) t.equal((await signInAs(app, wrong, headers)).status, 401)
  for (const app of [a, b]) {
    t.equal((await signInAs(app, credentials, headers)).status, 429)
    t.equal((await signInAs(app)).status, 200, 'a stranger is not concerned')
  }
  await guessFive(b)
  t.equal((await signInAs(a)).status, 429, 'now strangers are locked out too')
  for (const app of [a, b]) t.equal((await signInAs(app, credentials, another)).status, 200)

  const user = await b.db.read.user.findUniqueOrThrow({ where: { email: ada.email } })
  await b.users.unlock(user.id)
  for (const app of [a, b]) {
    t.equal((await signInAs(app, credentials, headers)).status, 200)
    t.equal((await signInAs(app)).status, 200)
  }
})

t.test('nodes count the failures of an address together', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t)
  const settings = { ...noRateLimits, authRateLimitMax: 6, redisUrl: redis.url }
  const { a, b, nodes } = await openNodes(t, [settings, settings])
  await a.accounts.register(ada)
  const client = { ip: '198.51.100.1', userAgent: undefined }
  // The engine alone: routes have the limit by the minute too.
  const outcome = (app: typeof a, person: object) =>
    app.accounts.signIn({ ...credentials, ...person }, client).then(
      () => 'in',
      ({ code, retryAfter }) => `${code}${retryAfter > 3_500 ? ', for an hour' : ''}`,
    )
  const unknown = nodes.flatMap((app) => [1, 2, 3].map((n) => [app, { email: `${n}@shop.test` }] as const))
  for (const [app, person] of unknown) t.equal(await outcome(app, person), 'invalid-credentials')
  for (const app of [a, b]) t.equal(await outcome(app, {}), 'rate-limited, for an hour')
  await redis.kill()
  for (const app of [a, b]) t.equal(await outcome(app, {}), 'in', 'without Redis each counts for itself')
})
