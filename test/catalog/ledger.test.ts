import t, { type Test } from 'tap'
import { type LedgerQuery, readLedger } from '../../src/catalog/ledger.js'
import { newId, timeOfId } from '../../src/ids.js'
import { addItem, addUser, engineDb } from '../helpers/engine-db.js'

/** Creates a product with adjustments to these stocks, the oldest first; null is of an earlier version. */
async function setup(t: Test, stocks: (number | null)[]) {
  const { db } = await engineDb(t)
  const userId = await addUser(db, 'admin')
  const [productId, other] = [await addItem(db), await addItem(db)]
  const rows = stocks.map((stock) => {
    const id = newId()
    const stockAfter = stock === null ? null : BigInt(stock)
    return { id, productId, userId, delta: 1n, stockAfter, createdAt: new Date(timeOfId(id)) }
  })
  await db.write((tx) =>
    tx.stockAdjustment.createMany({
      data: [...rows, { ...rows[0], id: newId(), productId: other } as never],
    }),
  )
  const read = (query: Partial<LedgerQuery> = {}) => readLedger(db, productId, { limit: 10, ...query })
  const stocksOf = async (query?: Partial<LedgerQuery>) => (await read(query)).items.map(({ stock }) => stock)
  return { db, rows, read, stocksOf }
}

t.test('a page that ends the ledger has no cursor', async (t) => {
  const { read, stocksOf } = await setup(t, [1, 2, 3])
  t.match(await read({ limit: 3 }), { items: [{ stock: 3 }, { stock: 2 }, { stock: 1 }], nextCursor: null })
  const first = await read({ limit: 2 })
  t.equal(first.items.length, 2)
  t.same(await stocksOf({ limit: 2, cursor: String(first.nextCursor) }), [1])
})

t.test(
  'rows of an earlier version, and those before them, are left out: their stock is not known',
  async (t) => {
    const { stocksOf } = await setup(t, [1, null, 3, 4])
    t.same(await stocksOf(), [4, 3])
  },
)

t.test('a time may be any date-time, and a leap second is refused', async (t) => {
  const { read, stocksOf } = await setup(t, [1, 2])
  t.same(await stocksOf({ from: '0001-01-01T00:00:00Z' }), [2, 1])
  t.same(await stocksOf({ to: '9999-12-31T23:59:59Z' }), [2, 1])
  t.same(await stocksOf({ to: '1969-12-31T23:59:59Z' }), [])
  t.same(await stocksOf({ from: '9999-12-31T23:59:59Z' }), [])
  for (const path of ['from', 'to'])
    await t.rejects(read({ [path]: '2016-12-31T23:59:60Z' }), {
      code: 'invalid-request',
      extra: { errors: [{ path, message: 'is not a time' }] },
    })
})

t.test('an unknown product has no ledger', async (t) => {
  const { db } = await setup(t, [1])
  for (const id of [newId(), 'nope', ''])
    await t.rejects(readLedger(db, id, { limit: 1 }), { code: 'not-found' })
})
