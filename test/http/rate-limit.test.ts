import t from 'tap'
import { createLocalHitCounter } from '../../src/redis/local-hit-counter.js'
import { build } from '../helpers/app.js'
import { dial, get, statusesIn } from '../helpers/raw-connection.js'
import { listen } from '../helpers/sockets.js'

t.test('pipelined requests are limited, and each response has the remaining count', async (t) => {
  const app = await build(t, { rateLimitMax: 5 })
  const client = dial(t, Number(new URL(await listen(app)).port))
  client.socket.write(get('/nowhere').repeat(7) + get('/nowhere', 'Connection: close\r\n'))
  const answers = await client.all()
  t.same(statusesIn(answers), [404, 404, 404, 404, 404, 429, 429, 429])
  const left = [...answers.matchAll(/^ratelimit: "default";r=(\d+);t=\d+\r$/gim)].map(([, r]) => Number(r))
  t.same(left, [4, 3, 2, 1, 0, 0, 0, 0])
})

t.test('pipelined sign-ins are limited too', async (t) => {
  const app = await build(t, { rateLimitMax: 0, authRateLimitMax: 2 })
  const client = dial(t, Number(new URL(await listen(app)).port))
  const guess = (fields = '') =>
    `${get('/auth/login', `Content-Type: application/json\r\nContent-Length: 2\r\n${fields}`).replace('GET', 'POST')}{}`
  client.socket.write(guess() + guess() + guess('Connection: close\r\n'))
  t.same(statusesIn(await client.all()), [400, 400, 429])
})

t.test('a window starts at its first hit and ends by the monotonic clock', async (t) => {
  let now = 0
  const hit = createLocalHitCounter(60_000, () => now)
  t.same(hit('a'), { count: 1, resetsInMs: 60_000 })
  now = 45_000
  const second = hit('a')
  t.same(hit('b'), { count: 1, resetsInMs: 60_000 })
  now = 59_999
  t.same(hit('a'), { count: 3, resetsInMs: 1 })
  t.same(second, { count: 2, resetsInMs: 15_000 }, 'the returned counts do not change later')
  now = 60_000
  t.same(hit('a'), { count: 1, resetsInMs: 60_000 })
  for (let i = 0; i < 6_000; i++) hit(`other ${i}`)
  t.equal(hit('other 5999').count, 2)
  t.equal(hit('a').count, 1, 'the address hit longest ago is evicted')
})
