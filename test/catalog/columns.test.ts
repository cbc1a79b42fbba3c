import { join } from 'node:path'
import t from 'tap'
import { Prisma, type Product } from '#prisma'
import { copyShop } from '../../src/copy/copy.js'
import { readRecord } from '../../src/csv/read-csv.js'
import { openDb } from '../../src/db/open.js'
import { configOfEmpty, noRateLimits } from '../helpers/app.js'
import { databaseOf } from '../helpers/database.js'
import { importFile, NDJSON } from '../helpers/import-file.js'
import { order } from '../helpers/orders.js'
import { shop } from '../helpers/shop.js'
import { withShop } from '../helpers/shop-history.js'

/** Columns of a product that no client sees. */
const INTERNAL = ['nameSort', 'version', 'deletedAt']
/** Columns that clients see and do not set. */
const GIVEN = ['id', 'createdAt', 'updatedAt']

const COLUMNS = Object.keys(Prisma.ProductScalarFieldEnum)
const SHOWN = COLUMNS.filter((name) => !INTERNAL.includes(name))

/** Values of every other column, unlike any default. */
const FIRST = {
  sku: 'COLUMN-1',
  name: 'Every column',
  price: 12.34,
  stock: 70,
  lowStockThreshold: 3,
  metadata: { color: 'red; "dark"', sizes: [1, 2.5, null], '=1+1': { nested: true } },
}
const SECOND = {
  sku: 'COLUMN-2',
  name: 'Each column',
  price: 0.05,
  stock: 8,
  lowStockThreshold: 21,
  metadata: { größe: 'XL, 寸法 🪑' },
}

const textOf = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value))

t.test('every column of a product comes through every way of writing and reading it', async (t) => {
  const { app, call, admin } = await shop(t, noRateLimits)
  for (const values of [FIRST, SECOND])
    t.same(
      Object.keys(values).sort(),
      SHOWN.filter((name) => !GIVEN.includes(name)).sort(),
      'a column that clients set has a value here',
    )

  /** Compares what each way of reading gives with `values`. */
  const isEverywhere = async (id: string, values: object, how: string) => {
    const event = async () => {
      const told = await app.db.read.event.findFirst({
        where: { type: { in: ['product:created', 'product:updated'] } },
        orderBy: { offset: 'desc' },
      })
      return JSON.parse(told?.data ?? '{}')
    }
    const file = async (format: string) =>
      (await call('GET', `/products/export?format=${format}`)).body.trim().split(/\r?\n/)
    const [names = '', cells = ''] = await file('csv')
    const record = readRecord(cells, ',')
    const csv = Object.fromEntries(names.split(',').map((name, i) => [name, record?.[i]]))
    const read = (await call('GET', `/products/${id}`)).json()
    t.same(Object.keys(read), SHOWN, how)
    t.match(read, { id, ...values }, how)
    for (const [way, found] of [
      ['the cache', (await call('GET', `/products/${id}`)).json()],
      ['a list', (await call('GET', '/products')).json().items[0]],
      ['a kept list', (await call('GET', '/products')).json().items[0]],
      ['a search', (await call('GET', '/products?q=column&sort=price&minPrice=0.01')).json().items[0]],
      ['NDJSON', JSON.parse((await file('ndjson'))[0] ?? '{}')],
    ])
      t.same(found, read, `${way}, after ${how}`)
    t.same(csv, Object.fromEntries(SHOWN.map((name) => [name, textOf(read[name])])), `CSV, after ${how}`)
    return { read, event: await event() }
  }

  const created = (await call('POST', '/products', FIRST)).json()
  const { id } = created
  const first = await isEverywhere(id, FIRST, 'POST')
  t.same(first.read, created)
  t.same(first.event, created)
  t.match((await call('PATCH', `/products/${id}`, SECOND)).json(), { id, ...SECOND })
  const second = await isEverywhere(id, SECOND, 'PATCH')
  t.same(second.event, second.read)

  const line = (values: object) => JSON.stringify({ id, ...values })
  t.match((await importFile(app, admin, line(FIRST), { type: NDJSON })).json(), { updated: 1 })
  const imported = await isEverywhere(id, FIRST, 'an import')
  t.same(imported.event, imported.read)
  for (const [name, value] of Object.entries(SECOND))
    t.match(
      (await importFile(app, admin, line({ [name]: value }), { type: NDJSON })).json(),
      { updated: 1 },
      name,
    )
  await isEverywhere(id, SECOND, 'imports of one column each')

  t.equal((await order(app, admin, { productId: id, quantity: 1 })).statusCode, 201)
  await isEverywhere(id, { ...SECOND, stock: 7 }, 'an order')
  t.equal((await call('PUT', '/products/stock', { items: [{ productId: id, stock: 9 }] })).statusCode, 200)
  await isEverywhere(id, { ...SECOND, stock: 9 }, 'a stocktake')

  for (const [format, type] of [
    ['csv', 'text/csv'],
    ['ndjson', NDJSON],
  ] as const) {
    const file = (await call('GET', `/products/export?format=${format}`)).body
    const { id: gone } = (await call('GET', '/products')).json().items[0]
    await call('DELETE', `/products/${gone}`)
    t.match((await importFile(app, admin, file, { type })).json(), { created: 1, failed: 0 })
    const [made] = (await call('GET', '/products')).json().items
    t.not(made.id, gone)
    await isEverywhere(made.id, { ...SECOND, stock: 9 }, `an import of what a ${format} export gave`)
  }
})

t.test('a copy of the shop has every column of its products', async (t) => {
  const dir = t.testdir()
  const config = await configOfEmpty(t, dir)
  const from = `file:${join(dir, 'old.db')}`
  await withShop({ ...config, databaseUrl: from }, async (app) => {
    const { id: userId } = await app.db.write((tx) => tx.user.findFirstOrThrow())
    await app.catalog.create(FIRST, { userId })
    const { product } = await app.catalog.create(SECOND, { userId })
    await app.catalog.remove(product.id, { userId })
  })
  const to = await databaseOf(t, dir, 'new.db')
  await copyShop({ from, to })
  const rowsOf = async (url: string): Promise<Product[]> => {
    const db = await openDb(url)
    const rows = await db.read.product.findMany({ orderBy: { id: 'asc' } })
    await db.close()
    return rows
  }
  const rows = await rowsOf(from)
  t.same(await rowsOf(to), rows)
  for (const name of COLUMNS)
    t.ok(
      rows.some((row) => row[name as keyof Product] !== null),
      `${name} has a value`,
    )
})
