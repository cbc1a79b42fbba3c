import t from 'tap'
import { type FileFormat, type ReadLine, readProducts } from '../../../src/catalog/files/read-products.js'

/** Reads a file in Latin-1, whose characters each make a byte. */
async function read(text: string, format: FileFormat = 'csv', mayRefuse = true): Promise<ReadLine[]> {
  async function* file() {
    yield Buffer.from(text, 'latin1')
  }
  const lines: ReadLine[] = []
  const rules = { ofLine: () => [], ofNew: () => [] }
  for await (const group of readProducts(file(), { format, rules, mayRefuse: () => mayRefuse }))
    lines.push(...group)
  return lines
}

const LONG = 'x'.repeat(17_000)

t.test('a header that cannot be read refuses the file, whatever was imported before', async (t) => {
  for (const mayRefuse of [true, false]) {
    await t.rejects(read('name,größe\n', 'csv', mayRefuse), {
      code: 'invalid-request',
      extra: { errors: [{ path: 'file', message: /^is not in UTF-8/ }] },
    })
    await t.rejects(read(`${LONG}\nA\n`, 'csv', mayRefuse), {
      code: 'invalid-request',
      extra: {
        errors: [{ path: 'line 1', message: 'is longer than 16 KiB: it must name the columns' }],
      },
    })
    await t.rejects(read('colour\n', 'csv', mayRefuse), {
      code: 'invalid-request',
      extra: { errors: [{ path: 'colour' }] },
    })
  }
})

t.test('lines are numbered from the first of the file, and blank ones are passed over', async (t) => {
  t.same(await read('name,sku\nLamp,\n\n  \n,\nDesk,D\n'), [
    { line: 2, fields: { name: 'Lamp' }, faults: [] },
    { line: 6, fields: { name: 'Desk', sku: 'D' }, faults: [] },
  ])
  t.same(await read('\n{"name":"Lamp"}\n', 'ndjson'), [{ line: 2, fields: { name: 'Lamp' }, faults: [] }])
})

t.test(
  'a line that cannot be read is at fault; its encoding refuses the file if nothing was done',
  async (t) => {
    t.match(await read(`name\na,b\n${LONG}\n"a\n`), [
      { line: 2, unreadable: 'has 2 cells, but the header has 1' },
      { line: 3, unreadable: 'is longer than 16 KiB' },
      { line: 4, unreadable: /^has quotes that do not match/ },
    ])
    t.match(await read('[]\n{}', 'ndjson'), [
      { line: 1, unreadable: 'must be a JSON object' },
      { line: 2, fields: {} },
    ])
    for (const [format, start] of [
      ['csv', 'name\n'],
      ['ndjson', '{}\n'],
    ] as const) {
      await t.rejects(read(`${start}Café\n`, format), {
        code: 'invalid-request',
        extra: { errors: [{ path: 'file', message: /^is not in UTF-8.*\(line 2\)$/ }] },
      })
      t.match((await read(`${start}Café\n`, format, false)).at(-1), {
        line: 2,
        unreadable: /^is not in UTF-8/,
      })
    }
  },
)
