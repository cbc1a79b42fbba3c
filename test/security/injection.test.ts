import t from 'tap'
import { build, noRateLimits, signIn } from '../helpers/app.js'
import { auditBooks } from '../helpers/books.js'
import { listen, open, token } from '../helpers/sockets.js'

/** Texts that would end a string, statement, document or tag if inserted without escaping. */
const HOSTILE = [
  `Robert'); DROP TABLE products; --`,
  `x' OR '1'='1`,
  `" OR ""="`,
  `\\' UNION SELECT password FROM users #`,
  '`; UPDATE users SET role = `admin`',
  `"},"price":0,"x":{"y":"`,
  `\\"\\u0022,\\`,
  `<img src=x onerror=alert(1)>`,
  `</script><script>alert(1)</script>`,
  '{{7*7}} ${7*7} <%= 7*7 %> %s %d %n',
  '%_ lamp %',
]

t.test('text that looks like SQL, JSON or markup is stored, found and returned unchanged', async (t) => {
  const app = await build(t, noRateLimits)
  const url = await listen(app)
  const admin = await signIn(app, 'admin')
  const listener = open(t, `${url}/admin`, { token: token(admin) })
  await listener.ready()
  const call = (method: 'GET' | 'POST' | 'PATCH', path: string, payload?: object) =>
    app.inject({ method, url: path, headers: admin.headers, ...(payload && { payload }) })

  for (const name of HOSTILE) {
    const { id } = (await call('POST', '/products', { name, price: 1, stock: 5 })).json()
    t.match((await call('GET', `/products/${id}`)).json(), { id, name, price: 1, stock: 5 }, name)
    await call('POST', `/products/${id}/stock-adjustments`, { delta: 1, reason: name })
    const { items } = (await call('GET', '/products?limit=1')).json()
    t.match(items, [{ id, name, price: 1, stock: 6 }])
    const found = await call('GET', `/products?limit=100&q=${encodeURIComponent(name)}`)
    t.equal(found.statusCode, 200)
    t.ok(
      found.json().items.every((item: { name: string }) => HOSTILE.includes(item.name)),
      'a search for its punctuation finds nothing',
    )
    const taken = await app.inject({
      method: 'POST',
      url: '/auth/register',
      payload: { name, email: `${id}@shop.test`, password: 'correct horse battery' },
    })
    t.match(taken.json(), { name, role: 'customer' })
  }
  const told = (await call('GET', '/events?limit=1000')).json().items
  await listener.until(() => listener.events.length >= told.length)
  t.same(listener.events, told)
  t.same(
    told.flatMap((event: { type: string; data: { name: string } }) =>
      event.type === 'product:created' ? event.data.name : [],
    ),
    HOSTILE,
  )
  t.same(await auditBooks(app.db), [])
})

t.test('as an id, a cursor, a filter or a key such text matches nothing', async (t) => {
  const app = await build(t, noRateLimits)
  const { headers, id: userId } = await signIn(app, 'admin')
  const product = { name: 'Lamp', price: 1, stock: 5 }
  await app.inject({ method: 'POST', url: '/products', headers, payload: product })
  for (const text of HOSTILE) {
    const coded = encodeURIComponent(text)
    for (const path of ['/products', '/orders'])
      t.equal((await app.inject({ url: `${path}/${coded}`, headers })).statusCode, 404, `${path} ${text}`)
    for (const query of [`/products?cursor=${coded}`, `/products?sort=${coded}`, `/orders?cursor=${coded}`])
      t.equal((await app.inject({ url: query, headers })).statusCode, 400, query)
    t.same((await app.inject({ url: `/orders?userId=${coded}`, headers })).json().items, [])
    const key = { ...headers, 'idempotency-key': text }
    const payload = { productId: text, quantity: 1 }
    // Between quotes, a key has no others.
    const status = /^".*"$/.test(text) ? 400 : 404
    t.equal((await app.inject({ method: 'POST', url: '/orders', headers: key, payload })).statusCode, status)
    const typed = { email: `ada@shop.test${text}`.slice(0, 254), password: text }
    t.equal((await app.inject({ method: 'POST', url: '/auth/login', payload: typed })).statusCode, 401)
  }
  t.equal((await app.db.read.user.findUniqueOrThrow({ where: { id: userId } })).role, 'admin')
  t.equal(await app.db.read.product.count(), 1)
})
