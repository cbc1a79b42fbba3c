import t from 'tap'
import type { Batch } from '../../../src/orders/search/batches.js'
import { fill } from '../../../src/orders/search/fill.js'
import { defaultOrderLimits } from '../../../src/orders/search/limits.js'
import { OrderReader } from '../../../src/orders/search/reader.js'
import { everything, source } from '../../../src/orders/search/sources.js'
import { TermCounts } from '../../../src/orders/search/term-counts.js'
import { Work } from '../../../src/search/budget.js'
import { grownShop } from '../../helpers/grown-shop.js'

t.test('a search reads little more than the orders that fill the page', async (t) => {
  const it = await grownShop(t)
  const { db } = it
  await it.place(4_000)
  const limits = defaultOrderLimits
  const work = new Work(db.steps, { client: '', gone: () => false }, limits, db.dialect.remote)
  const listing = { db, work, limits, counts: new TermCounts() }
  // One order in 32 is for a product with both words.
  const words = ['walnut', 'kettle'].map((term) => ({
    email: term,
    idPrefix: undefined,
    terms: [term],
    term,
    places: new Set(['product'] as const),
    products: undefined,
    users: [],
    checkouts: [],
  }))
  const filter = { words, byCustomer: false }
  class Recorder extends OrderReader {
    readonly sizes: number[] = []
    override read(batch: Batch) {
      this.sizes.push(batch.rows)
      return super.read(batch)
    }
  }
  const reader = new Recorder(listing, filter)
  const query = { filter, sort: '-createdAt', after: undefined, take: 21 } as const
  const all = source([], everything(db.dialect, {}))
  const { rows } = await fill(listing, reader, all, query, async () => undefined)
  t.equal(rows.length, 21)
  const read = reader.sizes.reduce((sum, size) => sum + size, 0)
  t.ok(read >= 21 * 31 && read <= 21 * 32 * 1.4, `${read} orders in batches of ${reader.sizes}`)
})
