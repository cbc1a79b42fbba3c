import t from 'tap'
import {
  compareRows,
  decodeCursor,
  encodeCursor,
  keyColumns,
  type SortName,
  sortKeyOf,
  sortNames,
} from '../../../src/catalog/search/sort-and-cursor.js'
import { newId } from '../../../src/ids.js'

const ids = [newId(), newId(), newId()].sort()
const [a = '', b = '', c = ''] = ids

t.test('names are in the order of their code points, a shorter one before its continuations', async (t) => {
  const names = ['', 'lamp', 'lamp oak', 'lampion', 'zoo', '王', 'Ａ', '😀', '😀a', '😁']
  const rows = names.map((nameSort) => ({ id: a, price: 1, nameSort }))
  const sorted = (sort: SortName) =>
    rows
      .toReversed()
      .sort((x, y) => compareRows(sort, x, y))
      .map(({ nameSort }) => nameSort)
  t.same(sorted('name'), names)
  t.same(sorted('-name'), names.toReversed())
  for (const row of rows) t.equal(compareRows('name', row, { ...row }), 0)
})

t.test('equal rows are in the order of their ids, in the direction of the list', async (t) => {
  const rows = [
    { id: b, price: 2, nameSort: 'x' },
    { id: a, price: 10, nameSort: 'x' },
    { id: c, price: 2, nameSort: 'y' },
  ]
  const order: Record<SortName, string[]> = {
    name: [a, b, c],
    '-name': [c, b, a],
    price: [b, c, a],
    '-price': [a, c, b],
    createdAt: [a, b, c],
    '-createdAt': [c, b, a],
  }
  for (const sort of sortNames)
    t.same(
      rows.toSorted((x, y) => compareRows(sort, x, y)).map(({ id }) => id),
      order[sort],
      sort,
    )
})

t.test('a cursor holds the place of a row in its own list, and fits no other', async (t) => {
  const row = { id: a, price: 250, nameSort: 'lamp' }
  for (const sort of sortNames) {
    const key = sortKeyOf(sort, row)
    t.equal(key.length, keyColumns(sort).length)
    t.same(decodeCursor(sort, encodeCursor(sort, key)), key)
    for (const other of sortNames)
      if (other !== sort)
        t.throws(() => decodeCursor(other, encodeCursor(sort, key)), { code: 'invalid-request' })
  }
  const forged: [SortName, unknown[]][] = [
    ['createdAt', [7]],
    ['createdAt', ['nope']],
    ['createdAt', [1, a]],
    ['createdAt', []],
    ['price', [a]],
    ['price', ['250', a]],
    ['price', [2.5, a]],
    ['price', [1, 250, a]],
    ['name', [250, a]],
    ['name', [null, a]],
    ['name', ['lamp', a, 'more']],
  ]
  for (const [sort, key] of forged)
    t.throws(() => decodeCursor(sort, encodeCursor(sort, key as string[])), { code: 'invalid-request' })
  const encoded = (text: string) => Buffer.from(text).toString('base64url')
  for (const cursor of ['', 'x', encoded('7'), encoded('null'), encoded(`{"0":"name","1":"x","2":"${a}"}`)])
    t.throws(() => decodeCursor('name', cursor), { code: 'invalid-request' }, cursor)
})
