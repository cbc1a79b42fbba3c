import t from 'tap'
import type { Db, Reader } from '../../../src/db/db.js'
import type { Sql } from '../../../src/db/sql.js'
import type { OrderSearch } from '../../../src/orders/search/filter.js'
import { createOrderSearch } from '../../../src/orders/search/search-orders.js'
import { orderSorts } from '../../../src/orders/search/sort-and-cursor.js'
import { grownShop } from '../../helpers/grown-shop.js'
import { yardstick } from '../../helpers/yardstick.js'

const ORDERS = 60_000
/** Longest hold of the thread by a statement, in yardsticks: 20 ms on the machine on which one takes 9. */
const LONGEST = 20 / 9
/** Statements of at most this many milliseconds are short on any machine. */
const SHORT_MS = 5
/** Longer ones are repeated, each time beside a yardstick: programs on the same core stretch both. */
const ATTEMPTS = 12

/** Returns the processor time of `work`, in milliseconds. */
async function costOf<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const before = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  return { result, ms: (user + system) / 1_000 }
}

/** Wraps a reader to find the longest statement, in yardsticks. */
function timing(db: Db) {
  const longest = { yardsticks: 0, sql: '' }
  const read = new Proxy<Reader>(db.read, {
    get: (target, name, self) =>
      name === '$queryRaw'
        ? async (query: Sql) => {
            const { result, ms } = await costOf(() => target.$queryRaw(query))
            let yardsticks = ms <= SHORT_MS ? 0 : Number.POSITIVE_INFINITY
            for (let i = 0; i < ATTEMPTS && yardsticks >= LONGEST / 2; i++) {
              const unit = yardstick()
              yardsticks = Math.min(yardsticks, (await costOf(() => target.$queryRaw(query))).ms / unit)
            }
            if (yardsticks > longest.yardsticks) Object.assign(longest, { yardsticks, sql: query.sql })
            return result
          }
        : Reflect.get(target, name, self),
  })
  return { longest, db: { ...db, read, steps: db.steps } }
}

t.test('no statement of a search of many orders holds the thread for 20 ms', async (t) => {
  const it = await grownShop(t)
  await it.place(ORDERS)
  const { longest, db } = timing(it.db)
  const { list } = createOrderSearch(db)
  const filters: OrderSearch[] = [
    {},
    { productId: it.productId },
    { userId: it.userId },
    { statuses: ['cancelled', 'pending'] },
    { minTotal: 3_000, maxTotal: 4_000 },
    { minTotal: 8_009, statuses: ['cancelled'] },
    ...['lamp', 'oak', 'oak lamp', 'ada jones', 'bowl grace', 'rug ada oakley', 'zzz', '0'].map((q) => ({
      q,
    })),
    { q: 'kettle', statuses: ['shipped'] },
    { q: 'kettle', userId: it.userId, minTotal: 8_000 },
    { q: 'jones', from: Date.now() + 60_000 },
  ]
  for (const sort of orderSorts)
    for (const filter of filters) {
      const search = { byCustomer: true, ...filter, sort }
      let cursor: string | undefined
      for (let page = 0; page < 3; page++) {
        const { nextCursor } = await list({ ...search, limit: 100, cursor })
        if (nextCursor === null) break
        cursor = nextCursor
      }
    }
  t.ok(longest.yardsticks < LONGEST, `${longest.yardsticks} yardsticks: ${longest.sql}`)
})
