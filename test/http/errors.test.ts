import t, { type Test } from 'tap'
import { buildApp } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import { testConfig } from '../helpers/app.js'

/** Builds an application with captured logs and a route throwing an unexpected error. */
async function setup(t: Test, changes: Partial<Config> = {}) {
  const lines: Record<string, unknown>[] = []
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const app = buildApp(await testConfig(t, t.testdir(), changes), { level: 'info', stream })
  t.teardown(() => app.close())
  app.get('/broken', async () => {
    throw new TypeError('SELECT secret FROM inside')
  })
  await app.ready()
  return { app, lines }
}

t.test('an unexpected error reveals nothing to the client, and is logged in full', async (t) => {
  for (const production of [true, false]) {
    const { app, lines } = await setup(t, { production })
    const answer = await app.inject('/broken')
    const { instance, ...problem } = answer.json()
    t.same(problem, {
      type: '/problems/internal-error',
      title: 'Internal server error',
      status: 500,
      detail: 'The error was logged under the request id.',
    })
    t.notMatch(JSON.stringify(answer.headers), /secret/)
    t.match(
      lines.find(({ msg }) => msg === 'request failed'),
      { level: 50, reqId: instance, err: { message: 'SELECT secret FROM inside', stack: /errors\.test/ } },
    )
    t.equal((await app.inject('/health/live')).statusCode, 200, 'the next request is served')
  }
})

t.test("each refusal is logged: the client's fault, its address and the time", async (t) => {
  const { app, lines } = await setup(t, { rateLimitMax: 3, trustProxy: true })
  const headers = { 'x-forwarded-for': '203.0.113.7' }
  const before = Date.now()
  const refusals: [string, object][] = [
    ['invalid-request', { method: 'POST', url: '/auth/register', payload: { name: '', role: 'admin' } }],
    ['malformed-json', { method: 'POST', url: '/auth/login', payload: '{' }],
    ['not-found', { url: '/products/x' }],
    ['rate-limited', { url: '/products' }],
  ]
  for (const [code, request] of refusals) {
    const type = { 'content-type': 'application/json' }
    const answer = await app.inject({
      headers: { ...headers, ...('payload' in request && type) },
      ...request,
    })
    t.equal(answer.json().type, `/problems/${code}`)
    const line = lines.find((each) => each.code === code && each.msg === 'request refused')
    t.match(line, { level: 30, ip: '203.0.113.7', reqId: answer.json().instance, url: /^\// }, code)
    const time = Number(line?.time)
    t.ok(time >= before && time <= Date.now(), 'in milliseconds since 1970')
  }
})
