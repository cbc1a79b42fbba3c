import t from 'tap'
import { build, signIn } from '../../helpers/app.js'
import { auditBooks } from '../../helpers/books.js'
import { importFile, NDJSON, productsByName } from '../../helpers/import-file.js'

t.test('each fault is reported with its line and column, and affects no other line', async (t) => {
  const app = await build(t)
  const admin = await signIn(app, 'admin')
  await app.catalog.create({ sku: 'TAKEN', name: 'Taken', price: 1, stock: 1 }, { userId: admin.id })
  const { product } = await app.catalog.create({ name: 'Other', price: 1, stock: 1 }, { userId: admin.id })
  const csv = [
    'id,sku,name,price,stock,lowStockThreshold',
    ',A1,Fine,1,1,',
    ',A2,Comma,"1,5",1,',
    ',A3,Exponent,1e3,1.5,-1',
    ',A4,Three decimals,0.001,1,',
    ',A5,,1,,',
    ',A6,Short,1',
    ',A7,"Unclosed,1,1,',
    ',A8,"Two',
    'lines",1,1,',
    `${product.id},TAKEN,,,,`,
    ',Ü,Not ASCII,1,1,',
    ',A9,Too many,1,1000000001,',
    `,B1,${'x'.repeat(17_000)},1,1,`,
    ',B2,Also fine,1,1,',
  ].join('\r\n')
  const answer = await importFile(app, admin.headers, csv)
  t.match(answer, { statusCode: 200 })
  t.match(answer.json(), { created: 2, updated: 0, unchanged: 0, failed: 12 })
  const quotes = 'has quotes that do not match: a cell ends in its line, and a quote in it is doubled'
  const number = 'must be a number written like 1234.5'
  t.same(
    answer
      .json()
      .errors.map(({ line, path, message }: Record<string, unknown>) => `${line} ${path}: ${message}`),
    [
      `3 price: ${number}`,
      `4 price: ${number}`,
      '4 lowStockThreshold: must be at least 0',
      '4 stock: must be a whole number',
      '5 price: must have at most 2 decimals',
      '6 name: is required',
      '6 stock: is required',
      '7 : has 4 cells, but the header has 6',
      `8 : ${quotes}`,
      `9 : ${quotes}`,
      '10 : has 4 cells, but the header has 6',
      '11 sku: belongs to another product',
      '12 sku: does not have the right form',
      '13 stock: must be at most 1000000000',
      '14 : is longer than 16 KiB',
    ],
  )
  const ndjson = [
    '{"sku":"N1","name":"Fine","price":1,"stock":1,"createdAt":"x"}',
    '{"sku":"N2"',
    '[]',
    'null',
    '{"sku":"N3","name":"Text","price":"1","stock":1}',
    '{"sku":"N4","name":"Unknown","price":1,"stock":1,"colour":"red"}',
    '{"sku":"N5","name":"\\ud800","price":1,"stock":1}',
    '{"sku":"A1","__proto__":{"name":"x"}}',
    '',
    `{"id":"${product.id}","name":null}`,
    `{"id":"${product.id}","sku":"O","lowStockThreshold":3}`,
  ].join('\n')
  const second = await importFile(app, admin.headers, ndjson, { type: NDJSON })
  t.match(second.json(), { created: 1, updated: 1, unchanged: 0, failed: 8 })
  t.same(
    second
      .json()
      .errors.map(({ line, path, message }: Record<string, unknown>) => `${line} ${path}: ${message}`),
    [
      '2 : must be a JSON object',
      '3 : must be a JSON object',
      '4 : must be a JSON object',
      '5 price: must be a number',
      '6 colour: is not a field of this request',
      '7 name: does not have the right form',
      '8 __proto__: is not a field of this request',
      '10 name: must be a string',
    ],
  )
  t.same(await auditBooks(app.db), [])
})

t.test(
  'every field of a new product that is missing is named, whatever else is wrong with its line',
  async (t) => {
    const app = await build(t)
    const admin = await signIn(app, 'admin')
    const { product } = await app.catalog.create(
      { sku: 'KNOWN', name: 'Known', price: 1, stock: 1 },
      { userId: admin.id },
    )
    const faultsOf = async (file: string, type?: string, query = '') => {
      const { errors, failed } = (
        await importFile(app, admin.headers, file, { ...(type && { type }), query })
      ).json()
      t.equal(failed, new Set(errors.map(({ line }: { line: number }) => line)).size)
      return errors.map(({ line, path }: Record<string, unknown>) => `${line} ${path}`).sort()
    }
    const csv = [
      'id,sku,name,price,stock',
      ',ü,,1,',
      ',NEW,,1e3,',
      ',KNOWN,,1e3,',
      `${product.id},,,,1.5`,
      'no-id,,,,',
    ]
    const ndjson = [
      { sku: 'ü', price: 1 },
      { sku: 5, name: null },
      { colour: 'red' },
      { sku: 'KNOWN', colour: 'red' },
      { id: 5, name: 'x' },
      { id: product.id, sku: 'ü', stock: 2_000_000_000 },
    ].map((line) => JSON.stringify(line))
    for (const query of ['', '?dryRun=true']) {
      t.same(await faultsOf(csv.join('\n'), undefined, query), [
        '2 name',
        '2 sku',
        '2 stock',
        '3 name',
        '3 price',
        '3 stock',
        '4 price',
        '5 stock',
        '6 name',
        '6 price',
        '6 stock',
      ])
      t.same(await faultsOf(ndjson.join('\n'), NDJSON, query), [
        '1 name',
        '1 sku',
        '1 stock',
        '2 name',
        '2 price',
        '2 sku',
        '2 stock',
        '3 colour',
        '3 name',
        '3 price',
        '3 stock',
        '4 colour',
        '5 id',
        '5 price',
        '5 stock',
        '6 sku',
        '6 stock',
      ])
    }
    const { errors, failed } = (
      await importFile(app, admin.headers, `name,price\n${'Lamp,x\n'.repeat(3_000)}`)
    ).json()
    t.match([errors.length, failed, errors[99].line], [100, 3_000, 51], 'the first hundred of many')
    t.equal(await app.db.read.product.count(), 1)
  },
)

t.test('a file that cannot hold products is refused, and changes nothing', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app, 'admin')
  const csv = 'sku,name,price,stock\nA,Café,1,1\n'
  const refusals: [file: string | Buffer, status: number, detail: RegExp, type?: string][] = [
    ['', 400, /file is empty/],
    [Buffer.from(`\ufeff${csv}`, 'utf16le'), 400, /UTF-16/],
    [Buffer.from(csv, 'utf16le'), 400, /UTF-16/],
    [Buffer.from(csv, 'utf16le').swap16(), 400, /UTF-16/],
    [Buffer.from(csv, 'latin1'), 400, /not in UTF-8.*Latin-1.*line 2/],
    ['sku,name,price,colour,sku\nA,B,1,red,2\n', 400, /colour is not a column.*sku is a column twice/],
    ['x'.repeat(200_000), 400, /line 1 is longer than 16 KiB/],
    [csv, 415, /UTF-8/, 'text/csv; charset=windows-1252'],
    [csv, 415, /text\/csv or application\/x-ndjson/, 'text/plain'],
    ['{}', 415, /text\/csv or application\/x-ndjson/, 'application/json'],
  ]
  for (const [file, status, detail, type] of refusals) {
    const answer = await importFile(app, headers, file, { ...(type && { type }) })
    t.match(answer, { statusCode: status }, `${type} ${file.slice(0, 20)}`)
    t.match(answer.json().detail, detail)
  }
  const gzip = { method: 'POST', url: '/products/import', payload: csv } as const
  const coded = { ...headers, 'content-type': 'text/csv', 'content-encoding': 'gzip' }
  t.match(await app.inject({ ...gzip, headers: coded }), { statusCode: 415 })
  t.match(await app.inject({ ...gzip, headers }), { statusCode: 415 })
  t.same(await productsByName(app), [])
})
