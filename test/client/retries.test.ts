import t from 'tap'
import { withIdempotencyKey, withRetries } from '../../src/client/retries.js'

const patient = { attempts: 3, maxWaitMs: 50 }
const get = () => new Request('http://shop.test/products')
const post = (headers = {}) =>
  new Request('http://shop.test/orders', { method: 'POST', body: '{"quantity":1}', headers })

/** Answers each request with the next of `answers`, and returns the received bodies. */
function server(...answers: (Response | Error)[]) {
  const bodies: string[] = []
  const send = async (request: Request) => {
    bodies.push(await request.text())
    const answer = answers.shift()
    if (!answer || answer instanceof Error) throw answer ?? new Error('asked too often')
    return answer
  }
  return { send, bodies }
}

const busy = (status: number, retryAfter?: string) =>
  new Response(null, { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } })

t.test('429 and 503 are repeated when Retry-After says', async (t) => {
  const { send, bodies } = server(busy(503, '0'), busy(429, '0.01'), new Response('done'))
  t.equal(await (await withRetries(send, patient)(post())).text(), 'done')
  t.same(bodies, Array(3).fill('{"quantity":1}'))
})

t.test('a failure that waiting cannot help is returned', async (t) => {
  for (const answer of [busy(503), busy(429, '600'), busy(503, 'soon'), busy(500, '0'), busy(409)]) {
    const { send, bodies } = server(answer)
    t.equal((await withRetries(send, patient)(get())).status, answer.status)
    t.equal(bodies.length, 1)
  }
  const { send } = server(busy(503, '0'), busy(503, '0'), busy(503, '0'))
  t.equal((await withRetries(send, patient)(get())).status, 503, 'after the last attempt')
})

t.test('a lost answer is asked for again, if repeating is safe', async (t) => {
  const lost = () => server(new TypeError('fetch failed'), new Response('done'))
  t.equal(await (await withRetries(lost().send, patient)(get())).text(), 'done')
  const keyed = withIdempotencyKey(withRetries(lost().send, patient))
  t.equal(await (await keyed(post())).text(), 'done')
  await t.rejects(withRetries(lost().send, patient)(post()), /fetch failed/)
})

t.test('a wait ends with the signal of its request', async (t) => {
  const { send } = server(busy(503, '30'))
  const request = new Request('http://shop.test/', { signal: AbortSignal.timeout(20) })
  await t.rejects(withRetries(send, { attempts: 2, maxWaitMs: 60_000 })(request), { name: 'TimeoutError' })
})

t.test('a key that the caller chose stays; signing in takes none', async (t) => {
  const keys: (string | null)[] = []
  const send = withIdempotencyKey(async ({ headers }) => {
    keys.push(headers.get('idempotency-key'))
    return new Response()
  })
  await send(post({ 'idempotency-key': 'cart-17' }))
  await send(new Request('http://shop.test/auth/login', { method: 'POST' }))
  await send(get())
  await send(post())
  t.same(keys.slice(0, 3), ['cart-17', null, null])
  t.match(keys[3], /^[\da-f-]{36}$/)
})
