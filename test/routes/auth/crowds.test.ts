import { once } from 'node:events'
import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { ada, credentials, post } from '../../helpers/ada.js'
import { build, noRateLimits } from '../../helpers/app.js'

t.test('many unknown clients do not prevent others from signing in', async (t) => {
  const app = await build(t, { trustProxy: true, bcryptCost: 6, ...noRateLimits })
  const from = (address: string) => ({ 'x-forwarded-for': address })
  await post(app, '/auth/register', ada)
  await post(app, '/auth/login', credentials, from('203.0.113.7'))

  // Forty networks, each with six guesses in flight at any time.
  let refused = () => {}
  const full = new Promise<void>((resolve) => {
    refused = resolve
  })
  let pressing = true
  const seen = new Set<number>()
  const crowd = Array.from({ length: 40 * 6 }, async (_, i) => {
    for (let n = 0; pressing; n++) {
      const guess = { email: `${i}-${n}@shop.test`, password: 'a guess' }
      const answer = await post(app, '/auth/login', guess, from(`2001:db8:0:${i % 40}::${i}`))
      seen.add(answer.statusCode)
      if (answer.statusCode !== 503) continue
      refused()
      await pause(500) // retries sooner than its Retry-After
    }
  })
  await full
  const statuses: number[] = []
  // Twice from an address she signed in from before, and from two new ones.
  for (const address of ['203.0.113.7', '198.51.100.1', '203.0.113.7', '198.51.100.2'])
    statuses.push((await post(app, '/auth/login', credentials, from(address))).statusCode)
  pressing = false
  await Promise.all(crowd)
  t.same(statuses, [200, 200, 200, 200])
  t.same(seen, new Set([401, 503]))
})

t.test('the password of a request whose client has left is not hashed', async (t) => {
  const app = await build(t, { bcryptCost: 10 })
  const url = await app.listen({ port: 0 })
  await post(app, '/auth/register', ada)
  const guess = async (i: number) => {
    const body = JSON.stringify({ email: `${i}@shop.test`, password: 'a guess' })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/auth/login`, { method: 'POST', headers, body })
    t.equal(answer.status, 401, 'other clients are answered')
  }
  let requests = 0
  app.server.on('request', () => requests++)
  const busy = Array.from({ length: 8 }, (_, i) => guess(i))
  while (requests < 8) await pause(5)

  const body = JSON.stringify({ ...ada, email: 'gone@shop.test' })
  const arrived = once(app.server, 'request')
  const leaving = request(`${url}/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  }).on('error', () => {})
  leaving.end(body)
  await arrived
  await app.inject('/health/live') // queued behind the others by now
  leaving.destroy()
  await Promise.all(busy)
  const after = await post(app, '/auth/register', { ...ada, email: 'after@shop.test' })
  t.equal(after.statusCode, 201)
  t.same((await app.db.read.user.findMany({ orderBy: { id: 'asc' } })).map(({ email }) => email).slice(-2), [
    ada.email,
    'after@shop.test',
  ])
})
