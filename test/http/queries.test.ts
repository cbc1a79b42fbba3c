import t from 'tap'
import { build, faultyPaths, signIn } from '../helpers/app.js'
import { operationsOf } from '../helpers/openapi.js'

/** Query parameters that an operation cannot do without. */
const REQUIRED: Record<string, string> = {
  streamEvents: 'view=mine&',
  getSales: 'from=2026-11-22T00:00:00Z&to=2026-11-23T00:00:00Z&before=2026-11-21T00:00:00Z&',
}

t.test('every described route refuses unknown query parameters by name', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app, 'admin')
  const operations = await operationsOf(app)
  t.ok(operations.length > 20)
  for (const { method, path, operationId, requestBody } of operations) {
    const payload = requestBody?.content?.['application/json']?.example as object | undefined
    const answer = await app.inject({
      method,
      url: `${path.replace('{id}', 'x')}?${REQUIRED[operationId] ?? ''}colour=red&__proto__=1`,
      headers,
      ...(payload && { payload }),
    })
    t.equal(answer.statusCode, 400, operationId)
    t.same(faultyPaths(answer), ['__proto__', 'colour'], operationId)
    t.match(answer.json().errors[0].message, 'is not a parameter of this route')
  }
  const misspelt = await app.inject({ url: '/events?afer=99', headers })
  t.same(faultyPaths(misspelt), ['afer'])
  t.equal(
    (await app.inject('/docs?utm_source=mail')).statusCode,
    200,
    'pages accept the parameters that links collect',
  )
})

t.test('a parameter without a value counts as absent', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app, 'admin')
  const form = '/products?q=&minPrice=&maxPrice=&inStock=&sort=&limit=&cursor=&page='
  const [empty, none] = [await app.inject(form), await app.inject('/products')]
  t.equal(empty.statusCode, 200)
  t.equal(empty.body, none.body)
  for (const url of ['/orders?status=&scope=&userId=&limit=&cursor=', '/events?limit=', '/pulse?since='])
    t.equal((await app.inject({ url, headers })).statusCode, 200, url)
  const lost = await app.inject({ url: '/events?after=', headers })
  t.match(lost.json(), { status: 400, errors: [{ path: 'after', message: 'must be a whole number' }] })
  t.same(faultyPaths(await app.inject('/products?colour=')), ['colour'])
  t.same(faultyPaths(await app.inject('/products?limit=&limit=')), ['limit'])
})

t.test('numbers of a query are in decimal notation', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app, 'admin')
  const query = (name: string, value: string) => `${name}=${encodeURIComponent(value)}`
  for (const value of [
    '0x10',
    '0b1',
    '1e1',
    'Infinity',
    'NaN',
    ' 5 ',
    '5 ',
    '+5',
    '5.',
    '.5',
    '1_0',
    '٥',
    '5\n',
  ]) {
    for (const name of ['limit', 'minPrice']) {
      const answer = await app.inject(`/products?${query(name, value)}`)
      t.match(
        answer.json(),
        { status: 400, errors: [{ path: name, message: /^must be / }] },
        `${name} ${value}`,
      )
    }
    t.same(
      faultyPaths(await app.inject({ url: `/events?${query('after', value)}`, headers })),
      ['after'],
      value,
    )
  }
  for (const [name, value] of [
    ['limit', '5'],
    ['limit', '05'],
    ['minPrice', '0.50'],
    ['minPrice', '20'],
  ] as const)
    t.equal((await app.inject(`/products?${query(name, value)}`)).statusCode, 200, `${name} ${value}`)
  t.same(faultyPaths(await app.inject('/products?limit=1.5&minPrice=-1')), ['limit', 'minPrice'])
  t.same(faultyPaths(await app.inject(`/products?limit=${'9'.repeat(400)}`)), ['limit'])
})

t.test('a response lists a hundred errors at most, however many a request has', async (t) => {
  const app = await build(t)
  const names = Array.from({ length: 2_000 }, (_, i) => `unknown${i}`)
  const body = await app.inject({
    method: 'POST',
    url: '/auth/login',
    payload: Object.fromEntries(names.map((name) => [name, 1])),
  })
  const query = await app.inject(`/products?${names.slice(0, 500).join('=1&')}=1`)
  for (const answer of [body, query]) {
    t.equal(answer.statusCode, 400)
    t.equal(faultyPaths(answer).length, 100)
    t.ok(answer.body.length < 10_000)
  }
})
