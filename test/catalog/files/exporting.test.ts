import fc from 'fast-check'
import t from 'tap'
import { addProducts } from '../../../src/catalog/add-products.js'
import { build, noRateLimits, signIn } from '../../helpers/app.js'
import { onServer } from '../../helpers/database.js'
import { importFile, NDJSON, productsByName } from '../../helpers/import-file.js'

/** Names and SKUs with a special meaning in CSV and spreadsheets. */
const piece = fc.constantFrom(
  '"',
  ',',
  ';',
  "'",
  '=',
  '+',
  '-',
  '@',
  '＝',
  ' ',
  'a',
  '7',
  '1e5',
  'é',
  '😀',
  '\\',
  '|',
)
const odd = fc.array(piece, { minLength: 1, maxLength: 6 }).map((parts) => `${parts.join('')}x`)
const oddSku = fc.array(fc.constantFrom('=', '+', '-', '@', "'", '"', ',', ';', '0', 'A'), {
  minLength: 1,
  maxLength: 5,
})
const product = fc.record({
  name: odd,
  price: fc.integer({ min: 0, max: 100_000_000 }).map((cents) => cents / 100),
  stock: fc.integer({ min: 0, max: 1_000_000_000 }),
  lowStockThreshold: fc.option(fc.nat(1_000)),
  sku: fc.option(oddSku.map((parts) => parts.join(''))),
})

t.test(
  'an export is read back as it is: nothing changes while the products are there, and all come back once they are gone',
  async (t) => {
    const app = await build(t, noRateLimits)
    const { id, headers } = await signIn(app, 'admin')
    const drawn = fc.sample(
      fc.uniqueArray(product, { minLength: 600, maxLength: 700, selector: ({ sku }) => sku ?? {} }),
      1,
    )
    const products = drawn.flat()
    const sorted = (rows: object[]) => rows.map((row) => JSON.stringify(row)).sort()
    await addProducts(app.db, app.eventLog, products, id)
    for (const format of ['csv', 'ndjson']) {
      const type = format === 'csv' ? 'text/csv' : NDJSON
      const file = await app.inject({ url: `/products/export?format=${format}`, headers })
      t.match(file, { statusCode: 200 })
      t.match(
        file.headers['content-disposition'],
        new RegExp(`^attachment; filename="products-[\\d-]{10}\\.${format}"$`),
      )
      const again = await importFile(app, headers, file.rawPayload, { type })
      t.same(again.json(), { created: 0, updated: 0, unchanged: products.length, failed: 0, errors: [] })
      // Taken off sale, all of them are new.
      const before = await productsByName(app)
      await app.db.write((tx) =>
        tx.product.updateMany({ where: { deletedAt: null }, data: { deletedAt: new Date() } }),
      )
      const made = await importFile(app, headers, file.rawPayload, { type })
      t.same(made.json(), { created: products.length, updated: 0, unchanged: 0, failed: 0, errors: [] })
      t.same(sorted(await productsByName(app)), sorted(before))
    }
  },
)

t.test('a CSV export is safe in a spreadsheet, and numbers stay numbers', async (t) => {
  const app = await build(t)
  const { id, headers } = await signIn(app, 'staff')
  const input = [
    { name: '=1+1', sku: '-7', price: 2.5, stock: 0 },
    { name: "'=x", sku: null, price: 0, stock: 3, lowStockThreshold: 4 },
    { name: '@a;"b", c', sku: '+1', price: 10, stock: 1, metadata: { '=a;': '-1' } },
  ]
  for (const each of input) await app.catalog.create(each, { userId: id })
  const file = await app.inject({ url: '/products/export?sort=createdAt', headers })
  t.equal(file.headers['content-type'], 'text/csv; charset=utf-8')
  const rows = file.payload.split('\r\n')
  t.match(rows[0], /^id,sku,name,price,stock,lowStockThreshold,metadata,(\w+,)*createdAt,updatedAt$/)
  t.match(rows[1], /^[\w-]{36},'-7,'=1\+1,2\.5,0,,,/)
  t.match(rows[2], /^[\w-]{36},,''=x,0,3,4,,/)
  t.match(rows[3], /^[\w-]{36},'\+1,"'@a;""b"", c",10,1,,"{""=a;"":""-1""}",/)
  t.equal(rows[4], '')
  const some = await app.inject({ url: '/products/export?format=ndjson&inStock=true&maxPrice=5', headers })
  t.same(
    some.payload
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).name),
    ["'=x"],
  )
  t.match(await app.inject({ method: 'HEAD', url: '/products/export', headers }), {
    statusCode: 200,
    payload: '',
  })
  t.match(await app.inject({ url: '/products/export?page=1', headers }), { statusCode: 400 })
})

t.test('orders are exported in pages, for those who see all', async (t) => {
  const app = await build(t)
  const [staff, buyer] = [await signIn(app, 'staff'), await signIn(app)]
  const { product } = await app.catalog.create(
    { name: '=Mug', price: 2.5, stock: 1_000 },
    { userId: staff.id },
  )
  const count = onServer ? 260 : 600
  const placed = await Promise.all(
    Array.from({ length: count }, () =>
      app.orders.place({ userId: buyer.id, productId: product.id, quantity: 1, idempotencyKey: null }),
    ),
  )
  const file = await app.inject({ url: '/orders/export', headers: staff.headers })
  t.match(file.headers['content-disposition'], /^attachment; filename="orders-/)
  const [header, ...rows] = file.payload.trimEnd().split('\r\n')
  t.match(header, /^id,checkoutId,userId,productId,productName,/)
  t.same(
    rows.map((row) => row.split(',')[0]),
    placed
      .map(({ order }) => order.id)
      .sort()
      .reverse(),
  )
  t.match(rows[0], /,'=Mug,1,2\.5,2\.5,pending,/)
  const none = await app.inject({
    url: '/orders/export?format=ndjson&status=shipped',
    headers: staff.headers,
  })
  t.match(none, { statusCode: 200, payload: '' })
  t.match(await app.inject({ url: '/orders/export', headers: buyer.headers }), { statusCode: 403 })
})
