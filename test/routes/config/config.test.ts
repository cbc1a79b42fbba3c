import t from 'tap'
import { buildApp } from '../../../src/app.js'
import { migrate, openDb } from '../../../src/db/open.js'
import { VERSION } from '../../../src/version.js'
import { configOfEmpty, faultyPaths, signIn } from '../../helpers/app.js'
import { addProduct, auditBooks } from '../../helpers/books.js'
import { shop } from '../../helpers/shop.js'

t.test('the name, currency and version of the shop are public', async (t) => {
  const { app } = await shop(t, { shopName: 'Lamp & Shade', currency: 'EUR' })
  const answer = await app.inject({ url: '/config' })
  t.equal(answer.statusCode, 200)
  t.same(answer.json(), { shop: 'Lamp & Shade', currency: 'EUR', decimals: 2, version: VERSION })
  t.match(answer.headers['cache-control'], /^public, max-age=\d+$/)
})

/** Each currency with an exact price, one with a decimal too many, and the total of three units. */
const CURRENCIES = [
  { currency: 'JPY', price: 1_999, inexact: 19.5, total: 5_997, minor: 1_999 },
  { currency: 'HUF', price: 19.99, inexact: 19.999, total: 59.97, minor: 1_999 },
  { currency: 'KWD', price: 1.005, inexact: 1.0005, total: 3.015, minor: 1_005 },
]

for (const { currency, price, inexact, total, minor } of CURRENCIES)
  t.test(`prices in ${currency} are exact in every answer`, async (t) => {
    const { app, call, add } = await shop(t, { currency })
    const product = await add({ price })
    t.equal(product.price, price)
    t.equal((await app.db.read.product.findFirst())?.price, minor)
    t.equal((await app.inject({ url: `/products/${product.id}` })).json().price, price)
    const found = await app.inject({ url: `/products?q=lamp&minPrice=${price}&maxPrice=${price}` })
    t.equal(found.json().items[0].price, price)

    for (const answer of [
      await call('POST', '/products', { name: 'Lamp', price: inexact, stock: 1 }),
      await call('PATCH', `/products/${product.id}`, { price: inexact }),
    ]) {
      t.equal(answer.statusCode, 400)
      t.same(faultyPaths(answer), ['price'])
    }
    t.same(faultyPaths(await app.inject({ url: `/products?minPrice=${inexact}` })), ['minPrice'])
    t.equal((await call('PATCH', `/products/${product.id}`, { price: 1_000_000 })).json().price, 1_000_000)
    await call('PATCH', `/products/${product.id}`, { price })

    const { headers } = await signIn(app)
    const order = { productId: product.id, quantity: 3 }
    const placed = (await app.inject({ method: 'POST', url: '/orders', headers, payload: order })).json()
    t.match(placed, { unitPrice: price, totalPrice: total })
    t.match((await app.inject({ url: '/orders', headers })).json().items, [{ totalPrice: total }])
    const created = (await app.eventLog.read(0, 100)).find(({ type }) => type === 'order:created')
    t.match(created?.data, { unitPrice: price, totalPrice: total })
    t.match((await call('GET', '/pulse')).json(), { currency, today: { takings: total } })
    t.same(await auditBooks(app.db), [])
  })

t.test('a shop with products keeps its currency', async (t) => {
  const config = await configOfEmpty(t, t.testdir(), { currency: 'JPY' })
  const start = async (currency: string) => {
    const app = buildApp({ ...config, currency })
    try {
      await app.ready()
      return (await app.inject({ url: '/config' })).json().decimals
    } finally {
      await app.close()
    }
  }
  t.equal(await start('JPY'), 0)
  t.equal(await start('KWD'), 3, 'it may change before there are products')
  const app = buildApp({ ...config, currency: 'KWD' })
  await app.ready()
  await addProduct(app)
  await app.close()
  await t.rejects(start('USD'), { message: /are in KWD, but CURRENCY is USD: set CURRENCY=KWD/ })
  t.equal(await start('KWD'), 3)
})

t.test('prices of an earlier version keep their two decimals in any currency', async (t) => {
  const config = await configOfEmpty(t, t.testdir())
  await migrate(config.databaseUrl)
  const db = await openDb(config.databaseUrl)
  const at = new Date()
  const row = { id: '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11', name: 'Lamp', nameSort: 'lamp' }
  await db.write((tx) =>
    tx.product.create({ data: { ...row, price: 1_999, stock: 1n, createdAt: at, updatedAt: at } }),
  )
  await db.close()
  const app = buildApp({ ...config, currency: 'JPY' })
  t.teardown(() => app.close())
  t.match((await app.inject({ url: '/config' })).json(), { currency: 'JPY', decimals: 2 })
  t.equal((await app.inject({ url: `/products/${row.id}` })).json().price, 19.99)
})

t.test('processes that start at once settle on one currency', async (t) => {
  const config = await configOfEmpty(t, t.testdir())
  await migrate(config.databaseUrl)
  const opened = await Promise.all(
    Array.from({ length: 3 }, () => openDb(config.databaseUrl, { poolSize: 10 }, 'KWD')),
  )
  for (const db of opened) {
    t.equal(db.money.decimals, 3)
    await db.close()
  }
})
