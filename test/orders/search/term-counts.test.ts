import t from 'tap'
import type { Db, Reader } from '../../../src/db/db.js'
import { defaultOrderLimits } from '../../../src/orders/search/limits.js'
import { TermCounts } from '../../../src/orders/search/term-counts.js'
import { Work } from '../../../src/search/budget.js'
import { grownShop } from '../../helpers/grown-shop.js'

const CALLER = { client: '', gone: () => false }
/** The lamps of a grown shop. */
const LAMPS = 4

/** Wraps a database to count its raw reads. */
function counting(db: Db) {
  const reads = { count: 0 }
  const read = new Proxy<Reader>(db.read, {
    get(target, name, self) {
      if (name === '$queryRaw') reads.count++
      return Reflect.get(target, name, self)
    },
  })
  return { reads, db: { ...db, read, steps: db.steps } }
}

t.test('entries of a word are counted once, and again only for a higher limit', async (t) => {
  const it = await grownShop(t)
  const { reads, db } = counting(it.db)
  const work = new Work(db.steps, CALLER, defaultOrderLimits, db.dialect.remote)
  const counts = new TermCounts()
  const count = (prefix: string, most: number) =>
    counts.count(db, work, { table: 'product_terms', prefix }, most)

  t.equal(await count('lam', 2), 3, 'one more than the limit')
  t.equal(reads.count, 1)
  t.ok((await count('lam', 1)) > 1)
  t.equal(reads.count, 1, 'a lower limit')
  t.equal(await count('lam', 10), LAMPS)
  t.equal(reads.count, 2, 'a higher limit')
  t.equal(await count('lam', 100), LAMPS)
  t.equal(reads.count, 2, 'all are counted already')
  t.equal(await count('sofa', 10), 0)
  t.equal(reads.count, 3, 'another word')
})
