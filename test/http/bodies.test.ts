import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import t, { type Test } from 'tap'
import { build, faultyPaths, noRateLimits, signIn } from '../helpers/app.js'
import { addProduct } from '../helpers/books.js'
import { operationsOf } from '../helpers/openapi.js'
import { listen } from '../helpers/sockets.js'

interface Answer {
  status: number | undefined
  headers: IncomingHttpHeaders
  body: { type?: string; errors?: { path: string }[]; accessToken?: string; status?: number | string }
}

/** Sends `body` verbatim: an array as one chunk per item, undefined as no body. */
type Send = (
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: Buffer | string | string[],
) => Promise<Answer>

async function setup(t: Test) {
  const app = await build(t)
  const url = await listen(app)
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const send: Send = (method, path, headers, body) =>
    new Promise((resolve, reject) => {
      const sent = request(`${url}${path}`, { method, headers, agent }, async (answer) => {
        let text = ''
        for await (const chunk of answer.setEncoding('utf8')) text += chunk
        resolve({
          status: answer.statusCode,
          headers: answer.headers,
          body: text.startsWith('{') ? JSON.parse(text) : {},
        })
      }).on('error', reject)
      if (Array.isArray(body)) for (const chunk of body) sent.write(chunk)
      sent.end(Array.isArray(body) ? undefined : body)
    })
  return { app, send }
}

const json = { 'content-type': 'application/json' }
const credentials = (password: string) =>
  JSON.stringify({ name: 'Ada', email: 'ada@shop.test', password }).replace('"name":"Ada",', '')
const registration = (password: string) => JSON.stringify({ name: 'Ada', email: 'ada@shop.test', password })
const windows1251 = (text: string) =>
  Buffer.from([...text].map((c) => (c >= 'А' && c <= 'я' ? c.charCodeAt(0) - 0x410 + 0xc0 : c.charCodeAt(0))))

t.test('a body that is not UTF-8 is refused, whatever its headers declare', async (t) => {
  const { app, send } = await setup(t)
  t.equal((await send('POST', '/auth/register', json, registration('Корабельный'))).status, 201)
  for (const password of ['Корабельный', 'Яблочкинска']) {
    const register = await send('POST', '/auth/register', json, windows1251(registration(password)))
    const login = await send('POST', '/auth/login', json, windows1251(credentials(password)))
    for (const { status, body } of [register, login])
      t.match({ status, body }, { status: 400, body: { type: '/problems/malformed-json' } }, password)
  }
  const { headers } = await signIn(app, 'admin')
  const product = Buffer.from('{"name":"caf\xe9","price":1,"stock":1}', 'latin1')
  t.equal((await send('POST', '/products', { ...json, ...headers }, product)).status, 400)
  const overlong = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')])
  t.equal((await send('POST', '/products', { ...json, ...headers }, overlong)).status, 400)
  const surrogate = Buffer.concat([
    Buffer.from('{"name":"'),
    Buffer.from([0xed, 0xa0, 0x80]),
    Buffer.from('"}'),
  ])
  t.equal((await send('POST', '/products', { ...json, ...headers }, surrogate)).status, 400)

  for (const type of ['iso-8859-1', 'utf-16', '"windows-1251"', 'x'])
    t.match(
      await send(
        'POST',
        '/auth/login',
        { 'content-type': `application/json; charset=${type}` },
        credentials('x'),
      ),
      { status: 415, body: { type: '/problems/unsupported-media-type' } },
      type,
    )
  for (const type of ['utf-8', 'UTF8', '"utf-8"', 'us-ascii'])
    t.equal(
      (
        await send(
          'POST',
          '/auth/login',
          { 'content-type': `application/json;charset=${type}` },
          credentials('Корабельный'),
        )
      ).status,
      200,
      type,
    )
  t.equal((await send('POST', '/auth/login', json, `\ufeff${credentials('Корабельный')}`)).status, 200)
  for (const coding of ['gzip', 'br'])
    t.match(await send('POST', '/auth/login', { ...json, 'content-encoding': coding }, credentials('x')), {
      status: 415,
    })
})

t.test('a string that UTF-8 cannot encode is refused, and the error names its field', async (t) => {
  const { app, send } = await setup(t)
  const { headers } = await signIn(app, 'admin')
  for (const half of ['\\ud800', '\\udfff', '\\udc00\\ud800']) {
    const register = await send(
      'POST',
      '/auth/register',
      json,
      `{"name":"Ada","email":"ada@shop.test","password":"long enough ${half}"}`,
    )
    t.match(register, { status: 400, body: { errors: [{ path: 'password' }] } }, half)
    const login = await send('POST', '/auth/login', json, `{"email":"ada@shop.test","password":"${half}"}`)
    t.match(login, { status: 400, body: { errors: [{ path: 'password' }] } }, half)
    const product = `{"name":"Lamp ${half}","price":1,"stock":1}`
    t.match(await send('POST', '/products', { ...json, ...headers }, product), { status: 400 })
  }
  const whole = '{"name":"Lamp \\ud83d\\udca1","price":1,"stock":1}'
  t.equal((await send('POST', '/products', { ...json, ...headers }, whole)).status, 201)
})

const types = [
  'application/x-www-form-urlencoded',
  'text/plain',
  'application/json',
  'multipart/form-data',
  'x',
]

t.test('a request without content has no body, whatever its Content-Type', async (t) => {
  const { app, send } = await setup(t)
  const productId = await addProduct(app)
  for (const type of types) {
    for (const [how, framing, body] of [
      ['length 0', { 'content-length': '0' }, undefined],
      ['chunked', { 'transfer-encoding': 'chunked' }, []],
    ] as [string, Record<string, string>, string[] | undefined][]) {
      if (type === 'x' && how === 'chunked') continue // without a media type, the end cannot be known
      const what = `${type}, ${how}`
      const { id, headers } = await signIn(app)
      const all = { 'content-type': type, ...framing, ...headers }
      const { order } = await app.orders.place({ userId: id, productId, quantity: 1, idempotencyKey: null })
      t.match(await send('POST', `/orders/${order.id}/cancel`, all, body), { status: 200 }, what)
      t.match(await send('POST', '/auth/refresh', { ...all, authorization: '' }, body), { status: 401 }, what)
      t.match(await send('DELETE', '/auth/sessions/x', all, body), { status: 404 }, what)
      t.match(await send('POST', '/auth/logout', all, body), { status: 204 }, what)
      const needed = await send('POST', '/auth/login', { 'content-type': type, ...framing }, body)
      t.match(needed, { status: 400, body: { errors: [{ path: 'body' }] } }, what)
    }
  }
  const content = await send('POST', '/auth/logout', { 'content-type': 'text/plain' }, ['x'])
  t.match(content, { status: 415, headers: { connection: 'close' } })
  const untyped = await send('POST', '/auth/logout', { 'transfer-encoding': 'chunked' }, ['{}'])
  t.match(untyped, { status: 415 })
})

t.test('a malformed body that was received in full leaves the connection open', async (t) => {
  const { send } = await setup(t)
  for (const body of ['{"email":', '{"a":NaN}', Buffer.from([0x22, 0xff, 0x22])]) {
    const { status, headers } = await send('POST', '/auth/login', json, body)
    t.equal(status, 400)
    t.not(headers.connection, 'close')
  }
})

t.test('operations without a body refuse one with content, and name its fields', async (t) => {
  const app = await build(t, noRateLimits)
  const { headers } = await signIn(app, 'admin')
  const bodiless = (await operationsOf(app)).filter((one) => !one.requestBody && one.method !== 'GET')
  t.ok(bodiless.length > 5)
  for (const { operationId, method, path } of bodiless) {
    const send = (payload: string) =>
      app.inject({
        method,
        url: path.replace('{id}', 'unknown'),
        headers: { ...headers, 'content-type': 'application/json' },
        payload,
      })
    const refused = await send('{"role":"admin","x":1}')
    t.equal(refused.statusCode, 400, operationId)
    t.same(faultyPaths(refused), ['role', 'x'], operationId)
    t.same(faultyPaths(await send('{"":1}')), ['body'], `${operationId}, a field without a name`)
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`f${i}`, 1]))
    t.equal(faultyPaths(await send(JSON.stringify(many))).length, 100, `${operationId}, many fields`)
    for (const other of ['[]', '"role"', '0'])
      t.same(faultyPaths(await send(other)), ['body'], `${operationId} ${other}`)
    for (const empty of ['{}', 'null', ''])
      t.not((await send(empty)).statusCode, 400, `${operationId} ${empty}`)
  }
})
