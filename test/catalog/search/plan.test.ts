import t from 'tap'
import { createProductFinder, type ListRequest } from '../../../src/catalog/search/search-products.js'
import { sortNames } from '../../../src/catalog/search/sort-and-cursor.js'
import type { Reader } from '../../../src/db/db.js'
import type { Sql } from '../../../src/db/sql.js'
import { shop, TINY } from '../../helpers/catalog.js'

interface Plan {
  sql: string
  steps: string[]
}

/** Wraps a reader to record the plan of every query. */
function explaining(read: Reader) {
  const plans: Plan[] = []
  const spy = new Proxy(read, {
    get: (target, name, self) =>
      name === '$queryRaw'
        ? async (query: Sql) => {
            const steps = await target.$queryRawUnsafe<{ detail: string }[]>(
              `EXPLAIN QUERY PLAN ${query.sql}`,
              ...query.values,
            )
            plans.push({ sql: query.sql, steps: steps.map((step) => step.detail) })
            return target.$queryRaw(query)
          }
        : Reflect.get(target, name, self),
  })
  return { plans, spy }
}

/** The index read by a statement, with the sort order it provides. */
const ORDERS: [index: RegExp, order: string][] = [
  [/INDEXED BY products_deleted_at_id_idx/, 'products.id'],
  [/INDEXED BY products_stock_id_idx/, 'products.id'],
  [/INDEXED BY products_deleted_at_price_id_idx/, 'products.price'],
  [/INDEXED BY products_deleted_at_name_sort_id_idx/, 'products.name_sort'],
  [/FROM product_terms AS walked\s/, 'walked.'],
]

/** Returns the index a statement reads, and whether in index order; otherwise it must sort. */
function wayOf(sql: string): { way: string; inOrder: boolean } | undefined {
  const found = ORDERS.find(([index]) => index.test(sql))
  const [, order] = /ORDER BY (\S+) /.exec(sql) ?? []
  if (!found || !order) return undefined
  const inOrder = order.startsWith(found[1])
  return { way: `${found[0].source} ${inOrder ? 'in order' : 'sorted'}`, inOrder }
}

t.test('no list scans a table, and no list in index order sorts', async (t) => {
  const { app, add } = await shop(t)
  for (let i = 0; i < 12; i++) await add(`Lamp ${i} oak`, i, i % 3)
  const { plans, spy } = explaining(app.db.read)
  const db = { ...app.db, read: spy }
  const filters: Partial<ListRequest>[] = [
    {},
    { q: 'lamp' },
    { q: 'lamp oak' },
    { q: 'lamp 7' },
    { q: 'oak 1' },
    { minPrice: 100 },
    { minPrice: 300, maxPrice: 400 },
    { inStock: true },
    { inStock: false },
    { q: 'la', minPrice: 0, maxPrice: 900, inStock: true },
    { q: 'la', minPrice: 0, maxPrice: 900, inStock: false },
  ]
  const ways = new Set<string>()
  const faults: string[] = []
  let bounded = 0
  for (const list of [createProductFinder(db), createProductFinder(db, TINY)])
    for (const sort of sortNames)
      for (const filter of filters) {
        const { nextCursor } = await list({ ...filter, sort, limit: 2 })
        if (nextCursor) await list({ ...filter, sort, limit: 2, cursor: nextCursor })
        await list({ ...filter, sort, limit: 2, page: 2 })
        for (const { sql, steps } of plans.splice(0)) {
          const text = `${sort} ${JSON.stringify(filter)}: ${sql} ${steps.join(' | ')}`
          if (steps.some((step) => /^SCAN (products|product_terms)/.test(step))) faults.push(`scans: ${text}`)
          const way = wayOf(sql)
          if (!way) continue
          ways.add(way.way)
          if (!way.inOrder) continue
          if (steps.some((step) => /TEMP B-TREE FOR .*ORDER BY/.test(step))) faults.push(`sorts: ${text}`)
          // Both bounds of a step must limit the index range; otherwise the read would continue to the end of the
          // index.
          const ends = sql.match(/\((products|walked)\.[^)]*\) [<>]=? \(/g)?.length ?? 0
          const [first = ''] = steps.filter((step) => /^SEARCH (products|walked)/.test(step))
          if ((first.match(/[<>]/g)?.length ?? 0) < ends) faults.push(`reads on: ${text}`)
          if (ends === 2) bounded++
        }
      }
  t.same(faults.slice(0, 3), [])
  t.equal(ways.size, 8, 'every query shape was used')
  t.ok(bounded > 0, `${bounded} steps have two bounds`)
})
