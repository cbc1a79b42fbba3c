import t from 'tap'
import { buildApp } from '../../src/app.js'
import { signIn, testConfig } from '../helpers/app.js'
import { dial, get, statusesIn, until, upgrade } from '../helpers/raw-connection.js'
import { listen, open } from '../helpers/sockets.js'

const SECRET = 'hunter2-in-a-query'
const QUERY = `password=${SECRET}`
const POLL = `/socket.io/?EIO=4&transport=polling&${QUERY}`
const CLOSE = 'Connection: close\r\n'
const JSON_BODY = 'Content-Type: application/json\r\nContent-Length: 1\r\n'
const post = (path: string, fields: string, body = '') =>
  get(path, CLOSE + fields).replace('GET', 'POST') + body

/** Requests rejected at different stages, with their statuses. */
const REFUSED: [number, string][] = [
  [404, get(`/nope?${QUERY}`, CLOSE)],
  [404, get(`/nope#${QUERY}`, CLOSE)],
  [404, get(`/%zz?${QUERY}`, CLOSE)],
  [404, get(`/products/${'x'.repeat(1_000)}?${QUERY}`, CLOSE)],
  [404, get(`http://shop.test/nope?${QUERY}`, CLOSE)],
  [404, get(`/admin/assets/nope?${QUERY}`, CLOSE)],
  [404, upgrade(`/nope?${QUERY}`).replace('Connection: Upgrade', 'Connection: close, Upgrade')],
  [400, get(`/products?${QUERY}`, CLOSE)],
  [400, get(`/products?limit=${SECRET}`, CLOSE)],
  [400, get(`/products?cursor=${SECRET}`, CLOSE)],
  [400, get(`/products?sort=${SECRET}`, CLOSE)],
  [400, get(`/products?q=x&q=${SECRET}`, CLOSE)],
  [400, post(`/auth/login?${QUERY}`, JSON_BODY, '{')],
  [413, post(`/auth/login?${QUERY}`, 'Content-Type: application/json\r\nContent-Length: 9999999\r\n')],
  [415, post(`/auth/login?${QUERY}`, 'Content-Type: text/plain\r\nContent-Length: 1\r\n', '1')],
  [417, get(`/products?${QUERY}`, `${CLOSE}Expect: a miracle\r\n`)],
  [401, get(`/orders?${QUERY}`, CLOSE)],
  [400, get(`/nope?${QUERY}`, CLOSE).replace('Host: shop.test\r\n', '')],
  [400, `GET /nope?${QUERY}\u0001 HTTP/1.1\r\nHost: x\r\n\r\n`],
  [431, get(`/nope?${QUERY}`, `x: ${'x'.repeat(20_000)}\r\n`)],
  [
    403,
    get(
      `/nope?${QUERY}`,
      `${CLOSE}Origin: https://evil.test\r\nAccess-Control-Request-Method: GET\r\n`,
    ).replace('GET', 'OPTIONS'),
  ],
  [405, get(POLL, CLOSE).replace('GET', 'DELETE')],
  [400, get(POLL.replace('polling', SECRET), CLOSE)],
  [403, get(POLL.replace('EIO=4', `EIO=${SECRET}`), CLOSE)],
  [400, get(`${POLL}&sid=${SECRET}`, CLOSE)],
  [400, upgrade(`${POLL.replace('polling', 'websocket')}&sid=${SECRET}`)],
  [400, upgrade(POLL.replace('polling', 'websocket')).replace('Version: 13', 'Version: 99')],
]

t.test('no value of a query string is logged, wherever the request is refused', async (t) => {
  let log = ''
  const stream = { write: (line: string) => void (log += line) }
  const app = buildApp(await testConfig(t, t.testdir()), { level: 'trace', stream })
  t.teardown(() => app.close())
  await app.ready()
  const url = await listen(app)
  const send = async (request: string) => {
    const client = dial(t, Number(new URL(url).port))
    client.socket.write(request)
    return client.all()
  }
  for (const [status, request] of REFUSED)
    t.same(statusesIn(await send(request)), [status], request.slice(0, 120))

  const { headers } = await signIn(app)
  t.match(
    await send(get(`/events?${QUERY}`, `${CLOSE}Authorization: ${headers.authorization}\r\n`)),
    /^HTTP\/1\.1 403 /,
  )
  const socket = open(t, `${url}/admin`, { token: SECRET }, { query: { password: SECRET } })
  t.equal(await socket.refused(), 'unauthorized')

  for (const table of ['products', 'product_terms'])
    await app.db.write((tx) => tx.$executeRawUnsafe(`ALTER TABLE ${table} RENAME TO ${table}_elsewhere`))
  t.match(await send(get(`/products?q=${SECRET}`, CLOSE)), /^HTTP\/1\.1 500 /)
  await until(() => log.includes('request failed'), 'the failure is logged')
  t.match(log, /"url":"\/nope"/, 'the path is logged')
  t.notMatch(log, new RegExp(`.*(${SECRET}|hunter2).*`))
})

t.test('not beyond the rate limit either', async (t) => {
  let log = ''
  const stream = { write: (line: string) => void (log += line) }
  const app = buildApp(await testConfig(t, t.testdir(), { rateLimitMax: 1 }), { level: 'trace', stream })
  t.teardown(() => app.close())
  await app.ready()
  const statuses = []
  for (const path of ['/nope', '/nope', '/products'])
    statuses.push((await app.inject(`${path}?${QUERY}`)).statusCode)
  t.same(statuses, [404, 429, 429])
  t.match(log, /excess_rate_limit_exceeded/)
  t.notMatch(log, new RegExp(`.*${SECRET}.*`))
})
