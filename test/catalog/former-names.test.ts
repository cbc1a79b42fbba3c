import t, { type Test } from 'tap'
import { indexFormerNames, keepFormerNames } from '../../src/catalog/former-names.js'
import { NAME_RULES } from '../../src/search/tokenize.js'
import { addItem, engineDb } from '../helpers/engine-db.js'

const ITSELF = new AbortController().signal

/** Creates products with former names of an earlier version: `count` names without terms, two of each product. */
async function setup(t: Test, count: number) {
  const { db } = await engineDb(t)
  const ids: string[] = []
  for (let i = 0; i < count; i += 2) ids.push(await addItem(db))
  const nameOf = (i: number) => ({ productId: String(ids[i >> 1]), name: `Walnut lamp ${i}` })
  const names = Array.from({ length: count }, (_, i) => nameOf(i))
  await db.write((tx) =>
    tx.formerName.createMany({ data: names.map((name, i) => ({ ...name, rules: i % NAME_RULES })) }),
  )
  const termsOf = async (productId = '') =>
    (await db.read.formerTerm.findMany({ where: { productId }, orderBy: { term: 'asc' } })).map(
      ({ term }) => term,
    )
  return { db, ids, termsOf }
}

t.test('former names of an earlier version are indexed once, by several processes together', async (t) => {
  const COUNT = 120 // more than two steps
  const { db, ids, termsOf } = await setup(t, COUNT)
  t.equal(await indexFormerNames(db, AbortSignal.abort()), 0, 'nothing is begun while closing')
  t.equal(await db.read.formerTerm.count(), 0)
  const [here = 0, there = 0] = await Promise.all([db, db].map((each) => indexFormerNames(each, ITSELF)))
  t.equal(here + there, COUNT)
  t.same(await termsOf(ids[0]), ['0', '1', 'lamp', 'walnut'])
  t.same(await termsOf(ids.at(-1)), ['118', '119', 'lamp', 'walnut'])
  t.equal(await db.read.formerName.count({ where: { rules: NAME_RULES } }), COUNT)
  t.equal(await indexFormerNames(db, ITSELF), 0)
})

t.test('a name that is kept is indexed at once, and not again', async (t) => {
  const { db, termsOf } = await setup(t, 0)
  const productId = await addItem(db)
  const names = [{ productId, name: 'Oak desk' }]
  await db.write((tx) => keepFormerNames(db, tx, names))
  await db.write((tx) => keepFormerNames(db, tx, names))
  t.match(await db.read.formerName.findMany(), [{ ...names[0], rules: NAME_RULES }])
  t.same(await termsOf(productId), ['desk', 'oak'])
  t.equal(await indexFormerNames(db, ITSELF), 0)
})
