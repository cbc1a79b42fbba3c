import fc from 'fast-check'
import t from 'tap'
import { orderStatuses } from '../../../src/contract/order.js'
import type { OrderSearch } from '../../../src/orders/search/filter.js'
import { defaultOrderLimits } from '../../../src/orders/search/limits.js'
import { createOrderSearch } from '../../../src/orders/search/search-orders.js'
import { orderSorts } from '../../../src/orders/search/sort-and-cursor.js'
import { cases } from '../../helpers/effort.js'
import { expected, type Row, rowsOf, type Shop, shop } from '../../helpers/searched-orders.js'

/** Thresholds low enough for a few orders to use every plan, in many steps. */
const TINY = { ...defaultOrderLimits, few: 2, walked: 3, many: 12, lists: 3, firstStep: 2, maxStep: 24 }
/** Too many of everything for any source but a scan in list order. */
const SCANNING = { ...TINY, few: 0, many: 0, lists: 0, terms: 0 }
/** Too many of everything but the lists of all products or customers with a word. */
const MERGING = { ...SCANNING, walked: 1, many: 1_000, terms: 1_000 }
/** Stops after each step. */
const POOR = { ...SCANNING, budget: 1 }

const START = Date.UTC(2026, 0, 1)
const HOUR_MS = 3_600_000

const REFUSED = { code: 'invalid-request', extra: { errors: [{ path: 'cursor' }] } }

/** Reads a list to its end, page by page. */
async function idsOf(shop: Shop, limits: typeof TINY, search: OrderSearch, limit: number) {
  const { list } = createOrderSearch(shop.db, limits)
  const ids: string[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await list({ ...search, limit, cursor })
    ids.push(...page.items.map(({ id }) => id))
    if (page.nextCursor === null) return ids
    cursor = page.nextCursor
  }
}

function searches(shop: Shop, rows: Row[]): fc.Arbitrary<OrderSearch> {
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
  const ids = rows.flatMap(({ id, checkoutId }) => [id, id.slice(0, 13), ...(checkoutId ? [checkoutId] : [])])
  const word = fc.constantFrom(
    'walnut',
    'set',
    'wal',
    'lamp',
    'oak',
    'cafe',
    'mug',
    'ada',
    'love',
    'grace.hopper@',
    'ada.lovelace@shop.test',
    'love.ada',
    'lamp-walnut',
    'café',
    '0',
  )
  const words = fc.array(fc.oneof({ weight: 4, arbitrary: word }, fc.constantFrom('xyz', 'erased', ...ids)), {
    maxLength: 2,
  })
  const time = fc.constantFrom(
    START,
    ...rows.map(({ createdAt }) => createdAt.getTime()),
    Date.now() + HOUR_MS,
  )
  return fc.record({
    userId: maybe(fc.constantFrom(...shop.users.map(({ id }) => id))),
    statuses: maybe(fc.uniqueArray(fc.constantFrom(...orderStatuses), { minLength: 1, maxLength: 3 })),
    productId: maybe(fc.constantFrom(...shop.products.map(({ id }) => id))),
    checkoutId: maybe(fc.constantFrom('nope', ...rows.flatMap((row) => row.checkoutId ?? []))),
    from: maybe(time),
    to: maybe(time),
    minTotal: maybe(fc.integer({ min: 0, max: 600 })),
    maxTotal: maybe(fc.integer({ min: 0, max: 600 })),
    q: maybe(words.map((all) => all.join(' '))),
    byCustomer: fc.boolean(),
    sort: fc.constantFrom(...orderSorts),
  })
}

t.test('every search lists what a filter and a sort of all orders would', async (t) => {
  const it = await shop(t)
  await it.place(30)
  await it.index(25)
  const [desk, lamp] = it.products
  const change = { userId: it.users[0]?.id ?? '' }
  await it.changes.update(desk?.id ?? '', { name: 'Beech table' }, change)
  await it.place(10)
  await it.changes.remove(lamp?.id ?? '', change)
  const gone = it.users.at(-1)?.id ?? ''
  await it.db.write(async (tx) => {
    await tx.userTerm.deleteMany({ where: { userId: gone } })
    await tx.user.update({ where: { id: gone }, data: { erasedAt: new Date(), name: 'Deleted user' } })
  })
  const rows = await rowsOf(it)
  await fc.assert(
    fc.asyncProperty(searches(it, rows), fc.integer({ min: 1, max: 7 }), async (search, limit) => {
      const wanted = expected(search, rows)
      for (const limits of [defaultOrderLimits, TINY, SCANNING, MERGING, POOR])
        t.strictSame(await idsOf(it, limits, search, limit), wanted)
      return t.passing()
    }),
    { numRuns: cases(60) },
  )
})

t.test(
  'names that are not ASCII are found by plain letters, and words of several terms by all of them',
  async (t) => {
    const it = await shop(t)
    await it.place(30)
    await it.index(25)
    const rows = await rowsOf(it)
    for (const q of ['cafe', 'CAFÉ mug', 'mug-cafe', 'lamp-walnut', 'ada.lovelace@shop.test', 'love.ada']) {
      const search: OrderSearch = { q, byCustomer: true }
      const wanted = expected({ ...search, sort: '-createdAt' }, rows)
      t.ok(wanted.length > 0, q)
      for (const limits of [defaultOrderLimits, TINY, SCANNING, MERGING])
        t.strictSame(await idsOf(it, limits, search, 5), wanted, q)
    }
  },
)

t.test('pages neither skip nor repeat orders while others are placed', async (t) => {
  const it = await shop(t)
  await it.place(20)
  await it.index(12)
  const before = await rowsOf(it)
  const searches: OrderSearch[] = [
    {},
    { q: 'lamp' },
    { sort: '-totalPrice', q: 'oak', byCustomer: true },
    { sort: 'totalPrice', q: 'lamp' },
  ]
  for (const [search, limits] of searches.flatMap((search) =>
    [TINY, MERGING].map((limits) => [search, limits] as const),
  )) {
    const { list } = createOrderSearch(it.db, limits)
    const ids: string[] = []
    for (let cursor: string | undefined | null; cursor !== null; ) {
      const page = await list({ ...search, limit: 3, cursor })
      ids.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
      await it.place(2)
      await it.index(3)
    }
    const known = new Set(before.map(({ id }) => id))
    t.same(
      ids.filter((id) => known.has(id)),
      expected(search, before),
    )
    t.equal(new Set(ids).size, ids.length)
  }
})

t.test('a cursor continues its own list alone', async (t) => {
  const it = await shop(t)
  await it.place(5)
  const { list } = createOrderSearch(it.db)
  const { nextCursor } = await list({ limit: 2, q: 'o' })
  const cursor = nextCursor ?? (await list({ limit: 2 })).nextCursor ?? ''
  const own = nextCursor ? { q: 'o' } : {}
  t.ok(await list({ ...own, limit: 2, cursor }))
  for (const other of [
    { ...own, sort: 'createdAt' as const },
    { q: 'lamp' },
    { ...own, statuses: ['pending' as const] },
  ])
    await t.rejects(list({ ...other, limit: 2, cursor }), REFUSED)
  for (const forged of ['x', '', Buffer.from('["-createdAt"]').toString('base64url')])
    await t.rejects(list({ ...own, limit: 2, cursor: forged }), REFUSED)
})
