import t from 'tap'
import type { Db, Reader } from '../../../src/db/db.js'
import type { Sql } from '../../../src/db/sql.js'
import type { OrderSearch } from '../../../src/orders/search/filter.js'
import { defaultOrderLimits } from '../../../src/orders/search/limits.js'
import { createOrderSearch } from '../../../src/orders/search/search-orders.js'
import { orderSorts } from '../../../src/orders/search/sort-and-cursor.js'
import { grownShop } from '../../helpers/grown-shop.js'

/** Thresholds in proportion to a hundredth of a shop. */
const SMALL = { ...defaultOrderLimits, few: 10, walked: 20, many: 1_000, lists: 2, terms: 100, firstStep: 8 }
const [FEW, MANY] = [1_500, 12_000]
const PAGE = 5

interface Statement {
  sql: string
  steps: string[]
  rows: number
}

/** Wraps a reader to record its statements, with the rows they return and, on SQLite, their plans. */
function recording(db: Db) {
  const statements: Statement[] = []
  const read = new Proxy<Reader>(db.read, {
    get: (target, name, self) =>
      name === '$queryRaw'
        ? async (query: Sql) => {
            const plan = db.dialect.remote
              ? []
              : await target.$queryRawUnsafe<{ detail: string }[]>(
                  `EXPLAIN QUERY PLAN ${query.sql}`,
                  ...query.values,
                )
            const rows = await target.$queryRaw<unknown[]>(query)
            statements.push({ sql: query.sql, steps: plan.map(({ detail }) => detail), rows: rows.length })
            return rows
          }
        : Reflect.get(target, name, self),
  })
  return { statements, db: { ...db, read, steps: db.steps } }
}

const faultsOf = ({ sql, steps }: Statement): string[] => {
  const text = `${sql.replace(/\s+/g, ' ')} | ${steps.join(' | ')}`
  const faults: string[] = []
  if (
    steps.some(
      (step) =>
        /^SCAN (orders|product_terms|former_terms|user_terms|walked|order_)/.test(step) &&
        !/USING|INDEXED|LIMIT/.test(sql),
    )
  )
    faults.push(`scans: ${text}`)
  // Only the first orders of lists, and all orders of a small source, are sorted.
  const isSorted = steps.some((step) => /TEMP B-TREE FOR .*ORDER BY/.test(step))
  if (isSorted && !/AS first|ORDER BY \+/.test(sql)) faults.push(`sorts: ${text}`)
  // SQLite uses one condition for each end of an index range: a second one would filter what is read.
  const ends = [/(?<![+.])\bid\)? >=? /g, /(?<![+.])\bid\)? <=? /g].map((end) => sql.match(end)?.length ?? 0)
  if (!/UNION|AS first/.test(sql) && ends.some((count) => count > 1)) faults.push(`reads on: ${text}`)
  return faults
}

t.test('a search takes as many steps and rows among many orders as among few', async (t) => {
  const it = await grownShop(t)
  const { statements, db } = recording(it.db)
  const { list } = createOrderSearch(db, SMALL)
  const words = [
    'lamp',
    'kettle',
    'walnut kettle',
    'oak',
    'oak lamp',
    'ada',
    'ada jones',
    'bowl grace',
    'rug ada oakley',
    'zzz',
  ]
  const filters: OrderSearch[] = [
    {},
    { productId: it.productId },
    { userId: it.userId },
    { statuses: ['cancelled'] },
    { statuses: ['cancelled', 'pending'] },
    { minTotal: 3_000, maxTotal: 4_000 },
    ...words.map((q) => ({ q })),
    { q: 'kettle', statuses: ['pending'] },
  ]
  const searches = orderSorts.flatMap((sort) =>
    filters.map((filter) => ({ byCustomer: true, ...filter, sort })),
  )
  const faults = new Set<string>()
  const measure = async (search: OrderSearch) => {
    statements.length = 0
    const { items, nextCursor } = await list({ ...search, limit: PAGE })
    if (nextCursor) await list({ ...search, limit: PAGE, cursor: nextCursor })
    for (const fault of statements.flatMap(faultsOf)) faults.add(fault)
    return {
      items: items.length,
      steps: statements.length,
      rows: statements.reduce((sum, { rows }) => sum + rows, 0),
    }
  }
  await it.place(FEW)
  const before: Awaited<ReturnType<typeof measure>>[] = []
  for (const search of searches) before.push(await measure(search))
  await it.place(MANY - FEW)
  let costly = 0
  for (const [i, search] of searches.entries()) {
    const [few, many] = [before[i], await measure(search)]
    const name = JSON.stringify(search)
    if (search.q !== 'zzz') t.equal(many.items, PAGE, name)
    // Without an index by product and total, a database server sorts up to `many` orders, or scans.
    if (it.db.dialect.remote && search.q && search.sort?.endsWith('totalPrice')) continue
    t.ok(many.steps <= 2 * (few?.steps ?? 0) + 8, `${name}: ${few?.steps} and ${many.steps} steps`)
    t.ok(many.rows <= 3 * (few?.rows ?? 0) + 600, `${name}: ${few?.rows} and ${many.rows} rows`)
    if (many.steps > 20) costly++
  }
  t.same([...faults].slice(0, 3), [])
  t.ok(costly > 0, `${costly} searches take more than one plan`)
})
