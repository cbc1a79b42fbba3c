import t from 'tap'
import { buildApp } from '../../src/app.js'
import { ada, credentials, post } from '../helpers/ada.js'
import { noRateLimits, testConfig } from '../helpers/app.js'

t.test('a sign-in from an address that failed too often is logged with its reason', async (t) => {
  const config = await testConfig(t, t.testdir(), { ...noRateLimits, authRateLimitMax: 3 })
  const lines: Record<string, unknown>[] = []
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const app = buildApp(config, { level: 'warn', stream })
  t.teardown(() => app.close())
  await app.ready()
  await post(app, '/auth/register', ada)
  // The engine fails in the name of the address: a fourth request in a minute is refused for another reason.
  const client = { ip: '127.0.0.1', userAgent: undefined }
  for (let i = 0; i < 3; i++)
    await t.rejects(app.accounts.signIn({ ...credentials, email: `${i}@shop.test` }, client))
  const refused = await post(app, '/auth/login', credentials)
  t.match(refused.json(), { status: 429, type: '/problems/rate-limited' })
  const [line, ...others] = lines.filter(({ log }) => log === 'security')
  t.match(line, {
    level: 40,
    event: 'excess_rate_limit_exceeded',
    code: 'rate-limited',
    reason: 'too-many-failures',
    account: /^[\w-]{16}$/,
    address: '127.0.0.1',
    route: '/auth/login',
  })
  t.same(others, [])
  t.notMatch(JSON.stringify(lines), /ada@|correct horse/)
})
