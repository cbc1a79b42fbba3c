import t from 'tap'
import { createProductFinder, type ListRequest } from '../../src/catalog/find-products.js'
import { sortNames } from '../../src/catalog/sorts.js'
import type { Sql } from '../../src/db/sql.js'
import type { Reader } from '../../src/db/types.js'
import { shop, TINY } from './shop.js'

interface Plan {
  sql: string
  steps: string[]
}

/** A reader that notes the plan of every query made through it. */
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

t.test('no list scans a table, and none that walks an index sorts', async (t) => {
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
  for (const list of [createProductFinder(db), createProductFinder(db, TINY)])
    for (const sort of sortNames)
      for (const filter of filters) {
        const { nextCursor } = await list({ ...filter, sort, limit: 2 })
        if (nextCursor) await list({ ...filter, sort, limit: 2, cursor: nextCursor })
        await list({ ...filter, sort, limit: 2, page: 2 })
        for (const { sql, steps } of plans.splice(0)) {
          const text = `${sort} ${JSON.stringify(filter)}: ${steps.join(' | ')}`
          const started = sql.includes('AS found')
          const paged = sql.includes('AS page')
          if (sql.includes('AS walked') && !started) ways.add('along a term')
          else ways.add(`${started ? 'started' : 'walked'} ${paged ? 'by page' : 'by cursor'}`)
          if (steps.some((step) => /^SCAN (products|product_terms)/.test(step))) t.fail(`scans: ${text}`)
          // The few rows of a page are sorted once more when they have been fetched.
          const sorting = steps.filter((step) => /TEMP B-TREE FOR .*ORDER BY/.test(step)).length
          if (!started && sorting > (paged ? 1 : 0)) t.fail(`sorts: ${text}`)
        }
      }
  t.equal(ways.size, 5, 'every way was taken')
})
