import { encodeCursor } from '../../src/catalog/search/sort-and-cursor.js'
import { openDb } from '../../src/db/open.js'
import { encodeCursor as encodeOrderCursor, fingerprintOf } from '../../src/orders/search/sort-and-cursor.js'
import { type Dataset, dataset, isMade } from '../dataset.js'
import { load, type Shot } from '../load.js'
import type { Suite } from '../measure.js'
import { start } from '../processes.js'
import { SECRET, tokenOf } from '../shop.js'

const MILLION = { products: 1_000_000, orders: 100_000 }
/** For a quick run without a cached million: creating it would take longer than the run. */
const TENTH = { products: 100_000, orders: 10_000 }
/** Few enough that requests hardly queue. */
const CONNECTIONS = 4
/**
 * Number of different pages requested per depth: more than the one the database would cache.
 */
const PAGES = 100

const WORDS = [
  'lamp',
  'oak',
  'walnut desk',
  'copper kettle small',
  'nord',
  'vintage linen cushion blue',
  'café mug',
]

const FIRST = 'its first page'
const NEAR = 'pages near the top'
const DEEP = 'pages in the second half'
const SEARCH = 'searches'
const CASUAL = 'of a customer with 20'
const BUSY = 'of a busy customer'
const BUSY_DEEP = 'their later pages'
const ALL_ORDERS = 'all orders'

/** Order searches, by description. */
const ORDER_SEARCHES: Record<string, string[]> = {
  'a word of products': ['&q=kettle', '&q=oak&status=pending'],
  'several words of a product': ['&q=walnut+desk', '&q=copper+kettle+small'],
  'a customer': [
    '&q=casual',
    '&q=grace',
    '&q=grace+hopper',
    '&q=casual@bench.test',
    '&q=alan.turing@mail.test',
  ],
  'a customer and a product': ['&q=grace+mug', '&q=hopper+oak+lamp'],
  'words, by total': ['&sort=totalPrice&q=kettle', '&q=mug&sort=-totalPrice'],
  'conditions without words': [
    '&sort=-totalPrice',
    '&minTotal=20&maxTotal=30',
    '&status=pending,cancelled&from=2026-01-01T00:00:00Z',
  ],
}
const searchFor = (kind: string) => `orders with ${kind}`

const time = { figure: 'time', unit: 'ms' }
const cursorOf = (id: string) => encodeURIComponent(encodeCursor('-createdAt', [id]))

/** Picks `PAGES` rows, evenly spread between positions `from` and `to` of a list, newest first. */
async function placesIn(
  { url }: Dataset,
  table: 'products' | 'orders',
  from: number,
  to: number,
): Promise<string[]> {
  const db = await openDb(url)
  const read = (offset: number) =>
    db.read.$queryRawUnsafe<{ id: string }[]>(
      `SELECT id FROM ${table} ORDER BY id DESC LIMIT 1 OFFSET ${offset}`,
    )
  const step = (to - from) / PAGES
  const rows = await Promise.all(Array.from({ length: PAGES }, (_, i) => read(Math.floor(from + i * step))))
  await db.close()
  return rows.flat().map(({ id }) => id)
}

/** Compares the speed of a grown shop with a new one. Each request is for 20 rows. */
export const growth: Suite = {
  name: 'growth',
  seconds: { full: 2, quick: 1 },
  rows: [
    { name: 'GET /products deep by cursor', of: DEEP, against: FIRST, ...time, goal: { atMost: 1.2 } },
    { name: 'the same, beside other pages by cursor', of: DEEP, against: NEAR, ...time },
    { name: 'GET /products?q=', of: SEARCH, against: FIRST, ...time, goal: { atMost: 5 } },
    { name: 'GET /orders of a busy customer', of: BUSY, against: CASUAL, ...time, goal: { atMost: 1.2 } },
    { name: 'the same, deep by cursor', of: BUSY_DEEP, against: CASUAL, ...time },
    ...Object.keys(ORDER_SEARCHES).map((kind) => ({
      name: `GET /orders: ${kind}`,
      of: searchFor(kind),
      against: ALL_ORDERS,
      ...time,
      goal: { atMost: 3 },
    })),
  ],

  async open({ quick }) {
    const { products, orders } = quick && !isMade(MILLION.products, MILLION.orders) ? TENTH : MILLION
    if (products !== MILLION.products)
      console.log(`growth: using ${products} products, since the million has not been created yet`)
    const set = await dataset(products, orders)
    const deep = await placesIn(set, 'products', products / 2, products - 100)
    const near = await placesIn(set, 'products', 20, 20 * PAGES)
    const later = await placesIn(set, 'orders', orders / 2, orders - 100)
    const app = await start<{ address: string }>('servers/app.mjs', {
      place: 'server',
      options: { databaseUrl: set.url, secret: SECRET, uncached: true },
    })
    const on = (shots: Shot[]) => async (seconds: number) => ({
      ...(await load(app.hello.address, shots, { connections: CONNECTIONS, seconds })),
    })
    const get = (path: string, headers: Record<string, string> = {}): Shot => ({
      method: 'GET',
      path,
      headers,
    })
    const list = (userId: string, path = '/orders') =>
      get(path, { authorization: `Bearer ${tokenOf(userId, 'customer')}` })
    const after = (id: string) => get(`/products?cursor=${cursorOf(id)}`)
    const own = fingerprintOf({ userId: set.busy, byCustomer: false, sort: '-createdAt' })
    const ordersAfter = (id: string) => `/orders?cursor=${encodeOrderCursor('-createdAt', own, [id])}`
    const admin = { authorization: `Bearer ${tokenOf(set.busy, 'admin')}` }
    const all = (query: string) => get(`/orders?scope=all${query}`, admin)
    return {
      note: `${products.toLocaleString('en-US')} products, ${orders.toLocaleString('en-US')} orders`,
      contestants: {
        [FIRST]: on([get('/products')]),
        [NEAR]: on(near.map(after)),
        [DEEP]: on(deep.map(after)),
        [SEARCH]: on(WORDS.map((words) => get(`/products?q=${encodeURIComponent(words)}`))),
        [CASUAL]: on([list(set.casual)]),
        [BUSY]: on([list(set.busy)]),
        [ALL_ORDERS]: on([all('')]),
        ...Object.fromEntries(
          Object.entries(ORDER_SEARCHES).map(([kind, queries]) => [searchFor(kind), on(queries.map(all))]),
        ),
        [BUSY_DEEP]: on(later.map((id) => list(set.busy, ordersAfter(id)))),
      },
      async close() {
        await app.stop()
        return []
      },
    }
  },
}
