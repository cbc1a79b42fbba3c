import t from 'tap'
import { createProductFinder, type ListRequest } from '../../../src/catalog/search/search-products.js'
import { sortNames } from '../../../src/catalog/search/sort-and-cursor.js'
import type { ListLimits } from '../../../src/catalog/search/thresholds.js'
import type { Db } from '../../../src/db/db.js'
import { shop, TINY } from '../../helpers/catalog.js'

/** Stops after each step of a walk. */
const POOR: ListLimits = { ...TINY, few: 1, many: 1, budget: 1, countBudget: 1 }

const filters: Partial<ListRequest>[] = [
  { q: 'rare' },
  { q: 'oak ra' },
  { inStock: true },
  { inStock: false },
  { minPrice: 600, maxPrice: 900, q: 'o' },
  { q: 'oak', inStock: true, maxPrice: 1_500 },
]

/** Adds twenty products, few of which match some of the filters. */
async function fill(add: (name: string, price: number, stock: number) => Promise<unknown>) {
  for (let i = 0; i < 20; i++) await add(`Oak ${i % 7 === 3 ? 'rare' : 'plain'} ${i}`, i, i % 5 === 0 ? 3 : 0)
}

async function walk(find: ReturnType<typeof createProductFinder>, request: ListRequest) {
  const ids: string[] = []
  let short = 0
  let cursor: string | undefined
  do {
    const { rows, nextCursor } = await find({ ...request, cursor })
    ids.push(...rows.map(({ id }) => id))
    if (nextCursor && rows.length < request.limit) short++
    cursor = nextCursor ?? undefined
  } while (cursor)
  return { ids, short }
}

t.test('a list beyond its budget returns what it has found, in order, and a cursor', async (t) => {
  const { app, add } = await shop(t)
  await fill(add)
  const [poor, rich] = [createProductFinder(app.db, POOR), createProductFinder(app.db)]
  let stopped = 0
  for (const sort of sortNames)
    for (const filter of filters) {
      const request = { ...filter, sort, limit: 4 }
      const { ids, short } = await walk(poor, request)
      t.same(ids, (await walk(rich, request)).ids, JSON.stringify(request))
      stopped += short
    }
  t.ok(stopped > sortNames.length, `${stopped} pages were short`)
})

t.test('a page number beyond its budget is refused, and the error suggests a cursor', async (t) => {
  const { app, add } = await shop(t)
  await fill(add)
  const poor = createProductFinder(app.db, POOR)
  const request: ListRequest = { q: 'rare', sort: 'name', limit: 1 }
  const refused = { code: 'invalid-request', extra: { errors: [{ path: 'page', message: /use cursor/ }] } }
  await t.rejects(poor({ ...request, page: 3 }), refused)
  const shallow = createProductFinder(app.db, { ...TINY, maxDepth: 10 })
  await t.rejects(shallow({ ...request, limit: 5, page: 3 }), refused)
  await t.resolves(shallow({ ...request, limit: 5, page: 2 }))
})

t.test('a total is exact up to a number of products and a budget', async (t) => {
  const { app, add } = await shop(t)
  await fill(add)
  const totalOf = async (limits: Partial<ListLimits>, filter: Partial<ListRequest>) => {
    const find = createProductFinder(app.db, { ...TINY, ...limits })
    const { total, totalIsExact } = await find({ sort: 'name', limit: 1, page: 1, ...filter })
    return [total, totalIsExact]
  }
  const rest: Partial<ListRequest>[] = [{}, { q: 'oak' }, { minPrice: 0 }]
  for (const filter of rest) {
    t.same(await totalOf({}, filter), [20, true], JSON.stringify(filter))
    t.same(await totalOf({ counted: 20 }, filter), [20, true], 'as many as the limit')
    t.same(await totalOf({ counted: 19 }, filter), [19, false], 'one more than the limit')
  }
  const [total, isExact] = await totalOf({ countBudget: 1 }, { inStock: true })
  t.ok(Number(total) < 4 && isExact === false, 'the count stops at its budget')
})

/** Wraps a database to count the catalogue's statements. */
function counting(db: Db) {
  const count = { statements: 0 }
  const read = new Proxy(db.read, {
    get: (target, name, self) => {
      if (name === '$queryRaw') count.statements++
      return Reflect.get(target, name, self)
    },
  })
  return { count, db: { ...db, read, steps: db.steps } }
}

t.test('a search stops when its caller has gone', async (t) => {
  const { app, add } = await shop(t)
  await fill(add)
  const { count, db } = counting(app.db)
  const find = createProductFinder(db, { ...TINY, many: 2 })
  const request: ListRequest = { q: 'rare', inStock: true, sort: 'name', limit: 5 }
  await find(request)
  const all = count.statements
  count.statements = 0
  await t.rejects(find(request, { client: 'a', gone: () => count.statements >= 3 }), { code: 'client-gone' })
  t.ok(count.statements < all, `${count.statements} of ${all} statements`)
})
