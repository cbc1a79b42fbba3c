import t from 'tap'
import { build, signIn } from '../../helpers/app.js'
import { auditBooks } from '../../helpers/books.js'
import { importFile, NDJSON, productsByName } from '../../helpers/import-file.js'

t.test('a file adds products and changes known ones, with all records of single writes', async (t) => {
  const app = await build(t)
  const admin = await signIn(app, 'admin')
  const lamp = { sku: 'LAMP', name: 'Walnut desk lamp', price: 24.5, stock: 40 }
  const { product } = await app.catalog.create(lamp, { userId: admin.id })
  const mug = (await app.catalog.create({ name: 'Mug', price: 5, stock: 3 }, { userId: admin.id })).product
  const start = await app.eventLog.head()
  const file = [
    'id,name,sku,price,stock,lowStockThreshold',
    `,Oak desk lamp,LAMP,,7,10`,
    `${mug.id},,MUG,6.25,,`,
    ',Plate,PLATE,3,5,',
    `${mug.id},Mug,MUG,6.25,3,`,
    ',Bowl,,2.10,0,1',
  ].join('\n')
  const answer = await importFile(app, admin.headers, file)
  t.match(answer, { statusCode: 200 })
  t.same(answer.json(), { created: 2, updated: 2, unchanged: 1, failed: 0, errors: [] })
  t.same(await productsByName(app), [
    { sku: null, name: 'Bowl', price: 210, stock: 0, lowStockThreshold: 1 },
    { sku: 'MUG', name: 'Mug', price: 625, stock: 3, lowStockThreshold: null },
    { sku: 'LAMP', name: 'Oak desk lamp', price: 2450, stock: 7, lowStockThreshold: 10 },
    { sku: 'PLATE', name: 'Plate', price: 300, stock: 5, lowStockThreshold: null },
  ])
  const events = await app.eventLog.read(start, 100)
  t.same(
    events.map(({ type }) => type),
    [
      'product:updated',
      'stock:changed',
      'stock:low',
      'product:updated',
      'product:created',
      'product:created',
    ],
  )
  t.ok(events.every(({ actor }) => actor.type === 'user' && actor.id === admin.id))
  const booked = await app.db.read.stockAdjustment.findMany({
    where: { cause: 'import' },
    orderBy: { id: 'asc' },
  })
  t.same(
    booked.map(({ delta, stockAfter }) => [Number(delta), Number(stockAfter)]),
    [
      [-33, 7],
      [5, 5],
    ],
  )
  const audited = await app.db.read.auditEntry.findMany({ orderBy: { id: 'desc' }, take: 4 })
  t.same(audited.map(({ action }) => action).sort(), [
    'product.created',
    'product.created',
    'product.updated',
    'product.updated',
  ])
  const { list } = await app.catalog.list({ q: 'oak', sort: 'name', limit: 10 })
  t.same(
    list.items.map(({ id }) => id),
    [product.id],
  )
  t.same((await app.catalog.list({ q: 'walnut', sort: 'name', limit: 10 })).list.items, [])
  t.same(await auditBooks(app.db), [])
})

t.test('spreadsheets write a byte order mark, CRLF, semicolons or tabs, and quotes', async (t) => {
  const app = await build(t)
  const admin = await signIn(app, 'admin')
  for (const [i, separator] of [',', ';', '\t'].entries()) {
    const lines = [
      ['Stock', 'NAME', ' sku ', 'price', 'updatedAt'],
      ['4', `"A ""b""${separator.trim()} c${i}"`, `S${i}`, '1.50', 'yesterday'],
      ['', '', '', '', ''],
    ]
    const file = `\ufeff${lines.map((cells) => cells.join(separator)).join('\r\n')}\r\n\r\n`
    const answer = await importFile(app, admin.headers, file, {
      type: 'text/csv; charset=utf-8; header=present',
    })
    t.same(answer.json(), { created: 1, updated: 0, unchanged: 0, failed: 0, errors: [] })
  }
  t.same(
    (await productsByName(app)).map(({ name }) => name),
    ['A "b" c2', 'A "b", c0', 'A "b"; c1'],
  )
})

t.test(
  'lines are applied in order: a later line of a product changes what an earlier one made',
  async (t) => {
    const app = await build(t)
    const admin = await signIn(app, 'admin')
    const a = (await app.catalog.create({ sku: 'A', name: 'A', price: 1, stock: 1 }, { userId: admin.id }))
      .product
    const b = (await app.catalog.create({ sku: 'B', name: 'B', price: 1, stock: 1 }, { userId: admin.id }))
      .product
    const lines = [
      { sku: 'NEW', name: 'First', price: 1, stock: 1 },
      { sku: 'NEW', name: 'Second', stock: 5 },
      { id: a.id, sku: 'C' },
      { id: b.id, sku: 'A', stock: 0 },
      { sku: 'B', name: 'New B', price: 2, stock: 2 },
      { id: a.id, sku: null },
      { id: 'unknown', sku: 'C', name: 'New C', price: 3, stock: 3 },
    ]
    const file = lines.map((line) => JSON.stringify(line)).join('\n')
    const counts = { created: 3, updated: 4, unchanged: 0, failed: 0, errors: [] }
    const before = await productsByName(app)
    const dry = await importFile(app, admin.headers, file, { type: NDJSON, query: '?dryRun=true' })
    t.same(dry.json(), counts)
    for (const query of ['?dryRun', '?dryRun='])
      t.same((await importFile(app, admin.headers, file, { type: NDJSON, query })).json(), counts, query)
    t.same(await productsByName(app), before)
    t.same((await importFile(app, admin.headers, file, { type: NDJSON })).json(), counts)
    t.same(
      (await productsByName(app)).map(({ sku, name, stock }) => [sku, name, stock]),
      [
        [null, 'A', 1],
        ['A', 'B', 0],
        ['B', 'New B', 2],
        ['C', 'New C', 3],
        ['NEW', 'Second', 5],
      ],
    )
    t.same(await auditBooks(app.db), [])
  },
)
