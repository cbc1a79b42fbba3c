import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { buildApp } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import { build, testConfig } from '../helpers/app.js'
import { listen, open } from '../helpers/sockets.js'

const person = { name: 'Ada', email: 'ada@shop.test', password: 'analytical engine' }
const oneHop: Config['trustProxy'] = (_address, hop) => hop < 1

async function setup(t: Test, changes: Partial<Config>) {
  const app = await build(t, { trustProxy: oneHop, ...changes })
  const url = await listen(app)
  const get = (forwarded: string) =>
    fetch(`${url}/health/live`, { headers: { 'x-forwarded-for': forwarded } }).then(({ status }) => status)
  const post = (path: string, forwarded: string, body: object) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': forwarded },
      body: JSON.stringify(body),
    })
  return { app, url, get, post }
}

/** Ten spellings a proxy may use for one client (each with a port of its own), by the address they denote. */
const spellings: Record<string, (i: number) => string> = {
  'IPv4 and a port': (i) => `203.0.113.2:${50_000 + i}`,
  'IPv6 in brackets and a port': (i) => `[2001:db8::7]:${50_000 + i}`,
  'what the client sent, before it': (i) => `198.51.100.${i}, 203.0.113.3:${50_000 + i}`,
  'no address at all': (i) => `unknown-${i}`,
  'an invalid address': (i) => `203.0.113.${300 + i}`,
  'IPv4 in IPv6 notation': (i) => `[::ffff:203.0.113.9]:${50_000 + i}`,
}

t.test('a port in X-Forwarded-For does not distinguish clients', async (t) => {
  for (const [what, spell] of Object.entries(spellings)) {
    const { get, post, url } = await setup(t, { rateLimitMax: 3, authRateLimitMax: 3 })
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) statuses.push(await get(spell(i)))
    t.same(statuses, [200, 200, 200, 429, 429], what)
    t.equal((await post('/auth/login', spell(6), { email: 'x', password: 'x' })).status, 429)
    const outcomes: string[] = []
    for (let i = 0; i < 5; i++) {
      const client = open(t, `${url}/inventory`, undefined, { extraHeaders: { 'x-forwarded-for': spell(i) } })
      outcomes.push(
        await client.ready().then(
          () => 'ready',
          () => 'refused',
        ),
      )
    }
    t.same(outcomes, ['ready', 'ready', 'ready', 'refused', 'refused'], `${what}, handshakes`)
  }
  const { get } = await setup(t, { rateLimitMax: 1 })
  t.same(
    [await get('203.0.113.2:1'), await get('203.0.113.3:1')],
    [200, 200],
    'another address is another client',
  )
})

t.test('only the trusted hops of X-Forwarded-For are used', async (t) => {
  for (const trustProxy of [false, '198.51.100.1'] as const) {
    const { get } = await setup(t, { rateLimitMax: 1, trustProxy })
    t.same([await get('203.0.113.2'), await get('203.0.113.3')], [200, 429], String(trustProxy))
  }
  const { get } = await setup(t, { rateLimitMax: 1, trustProxy: '127.0.0.1, 10.0.0.0/8' })
  t.same(
    [await get('203.0.113.2, 10.1.2.3:80'), await get('203.0.113.3, 10.1.2.3:81'), await get('203.0.113.3')],
    [200, 200, 429],
  )
})

t.test('the list of sessions shows addresses without ports', async (t) => {
  const { post, url } = await setup(t, {})
  await post('/auth/register', '203.0.113.2', person)
  const shown: unknown[] = []
  for (const forwarded of ['203.0.113.30:61234', '[2001:db8::7]:443', '::ffff:203.0.113.31', 'garbage']) {
    const { email, password } = person
    const login = await post('/auth/login', forwarded, { email, password })
    const { accessToken } = (await login.json()) as { accessToken: string }
    const headers = { authorization: `Bearer ${accessToken}` }
    const answer = await fetch(`${url}/auth/sessions`, { headers })
    const { items } = (await answer.json()) as { items: { current: boolean; ip: string }[] }
    shown.push(items.find(({ current }) => current)?.ip)
  }
  t.same(shown, ['203.0.113.30', '2001:db8::7', '203.0.113.31', '127.0.0.1'])
})

t.test('a refusal is logged with the address of its client, without a port', async (t) => {
  const lines: string[] = []
  const stream = { write: (line: string) => void lines.push(line) }
  const app = buildApp(await testConfig(t, t.testdir(), { trustProxy: oneHop }), { level: 'info', stream })
  t.teardown(() => app.close())
  const headers = { 'x-forwarded-for': '203.0.113.30:61234' }
  const payload = { email: person.email, password: 'wrong' }
  await app.inject({ method: 'POST', url: '/auth/login', headers, payload })
  const refused = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'request refused')
  t.match(refused, { code: 'invalid-credentials', ip: '203.0.113.30' })
})

t.test('a reset connection does not count as a failed request', async (t) => {
  const { app, url } = await setup(t, { rateLimitMax: 1_000 })
  const reset = (path: string) =>
    new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
        socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`, () => {
          socket.resetAndDestroy()
          resolve()
        })
      })
    })
  for (let i = 0; i < 40; i++) await reset(i % 2 ? '/health/live' : '/socket.io/?EIO=4&transport=polling')
  t.equal((await fetch(`${url}/health/live`)).status, 200)
  t.notMatch(await app.metrics.metrics(), /status="500"/)
})
