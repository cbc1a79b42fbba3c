import t from 'tap'
import type { FieldRules } from '../../../src/catalog/files/product-line.js'
import { readCsvLine, readHeader } from '../../../src/catalog/files/read-csv-line.js'
import { readJsonLine } from '../../../src/catalog/files/read-json-line.js'

const none: FieldRules = { ofLine: () => [], ofNew: () => [] }

t.test('a header names known columns in any order and case, each once', async (t) => {
  t.same(readHeader('Price; NAME ;lowstockthreshold'), {
    columns: ['price', 'name', 'lowStockThreshold'],
    delimiter: ';',
  })
  t.same(readHeader('"name","sku"').columns, ['name', 'sku'])
  t.same(readHeader('id').columns, ['id'])
  const faultsOf = (header: string) => {
    try {
      return readHeader(header)
    } catch (error) {
      return (error as { extra: { errors: object[] } }).extra.errors
    }
  }
  const unknown = /^is not a column: these are id, .*sku.*, metadata/
  t.match(faultsOf('name,,colour,Name'), [
    { path: 'column 2', message: unknown },
    { path: 'colour', message: unknown },
    { path: 'name', message: 'is a column twice' },
  ])
  t.match(faultsOf('"name'), [{ path: '"name', message: unknown }], 'quotes that do not match')
  t.match(faultsOf('x,'.repeat(500)), { length: 9 }, 'no more than there are columns')
})

t.test('a cell of CSV is a text, a number or JSON, and an empty one leaves its field out', async (t) => {
  const header = readHeader('id,sku,name,price,stock,lowStockThreshold,createdAt,metadata')
  const read = (line: string, rules = none) => readCsvLine(line, header, rules)
  t.same(read('7,,Lamp,-12.50,3,,yesterday,"{""color"":""red""}"'), {
    fields: { id: '7', name: 'Lamp', price: -12.5, stock: 3, metadata: { color: 'red' } },
    faults: [],
  })
  t.same(read(",,'=SUM(A1),,,,,"), { fields: { name: '=SUM(A1)' }, faults: [] }, 'as an export wrote it')
  t.equal(read(',,,,,,,'), undefined, 'empty cells alone are no line')
  const faulty = read(',,Lamp,1e3,.5,5.,,{')
  t.match(faulty, { fields: { name: 'Lamp' } })
  t.same(
    (faulty as { faults: { path: string; message: string }[] }).faults.map(({ path }) => path),
    ['price', 'stock', 'lowStockThreshold', 'metadata'],
  )
  t.match(faulty, { faults: [{}, {}, {}, { message: 'must be JSON, as {"color":"red"}' }] })
  for (const number of ['1 000', '+1', '--1', '1.5.2', '0x10', '1,5', ' 1', 'x1', '1x'])
    t.match(read(`,,Lamp,"${number}",,,,`), { faults: [{ path: 'price' }] }, number)
  t.same(read(',,Lamp,,,,,null'), { fields: { name: 'Lamp', metadata: null }, faults: [] })
  t.equal(read('a,b'), 'has 2 cells, but the header has 8')
  t.match(read('"a,,,,,,,'), /^has quotes that do not match/)
  const rules = { ...none, ofLine: (fields: object) => [{ path: 'name', message: JSON.stringify(fields) }] }
  t.same(read(',,Lamp,x,,,,', rules), {
    fields: { name: 'Lamp' },
    faults: [
      { path: 'price', message: 'must be a number written like 1234.5' },
      { path: 'name', message: '{"name":"Lamp"}' },
    ],
  })
})

t.test('a line of NDJSON is an object, without the times of an export', async (t) => {
  t.same(readJsonLine('{"name":"Lamp","createdAt":1,"updatedAt":2}', none), {
    fields: { name: 'Lamp' },
    faults: [],
  })
  for (const line of ['[]', 'null', '"{}"', '7', '{', '{} {}'])
    t.equal(readJsonLine(line, none), 'must be a JSON object', line)
  const rules = { ...none, ofLine: () => [{ path: 'name', message: 'is odd' }] }
  t.match(readJsonLine('{}', rules), { faults: [{ path: 'name', message: 'is odd' }] })
})
