import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { Db } from '../../src/db/db.js'
import type { OrderIdsQuery } from '../../src/db/dialect.js'
import { raw, type Sql, sql } from '../../src/db/sql.js'
import { idBoundAt, newId, timeOfId } from '../../src/ids.js'
import { OrderIndexer } from '../../src/orders/index-orders.js'
import { addItem, addUser, engineDb } from '../helpers/engine-db.js'
import { orderRow } from '../helpers/order-row.js'

const EVERY_ID = '~'
const HOUR_MS = 3_600_000

async function shop(t: Test) {
  const { db } = await engineDb(t)
  const userId = await addUser(db)
  const productIds = [await addItem(db), await addItem(db), await addItem(db)]
  return {
    db,
    productIds,
    /** Inserts an order of one of the products, directly. @returns its id */
    async add(product: number, totalPrice: number, id = newId()): Promise<string> {
      const row = orderRow({ id, userId, productId: productIds[product] ?? '', totalPrice })
      await db.write((tx) => db.dialect.insertOrders(tx, [row], timeOfId(id)))
      return id
    },
  }
}

/** Indexes at most `limit` orders. Does nothing on a database server. */
const index = (db: Db, limit: number, bound = EVERY_ID, rewound = '') =>
  db.write(async (tx) => db.dialect.indexOrders?.(tx, limit, bound, rewound))

const idsIn = async (db: Db, query: Sql) =>
  (await db.read.$queryRaw<{ id: string }[]>(query)).map(({ id }) => id)

const idsOf = (db: Db, query: OrderIdsQuery) => idsIn(db, db.dialect.orderIds(query))

const newestOf = (db: Db, productId: string, limit = 100) =>
  idsOf(db, { where: sql`product_id = ${productId}`, order: raw('id DESC'), limit })

t.test(
  'orders are found by product, and listed by product and by total as far as the indexes have come',
  async (t) => {
    const { db, productIds, add } = await shop(t)
    const made: { id: string; product: number; total: number }[] = []
    const step = fc.oneof(
      fc.record({ product: fc.nat(2), total: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ limit: fc.integer({ min: 1, max: 8 }) }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 20 }),
        fc.nat(2),
        fc.integer({ min: 1, max: 9 }),
        async (steps, product, limit) => {
          for (const step of steps)
            if ('limit' in step) await index(db, step.limit)
            else made.push({ ...step, id: await add(step.product, step.total) })
          const productId = productIds[product] ?? ''
          const ofProduct = made.filter((order) => order.product === product).map(({ id }) => id)
          t.same(await newestOf(db, productId, limit), ofProduct.toReversed().slice(0, limit))

          const sorted = made.toSorted((a, b) => a.total - b.total || (a.id < b.id ? -1 : 1))
          const { total, productTotal, position } = db.dialect.orderLists
          const [row] = position ? await db.read.$queryRaw<{ position: string }[]>(position) : []
          const listed = sorted.filter(({ id }) => !row || id <= row.position)
          const order = raw('total_price, id')
          t.same(
            await idsIn(db, sql`SELECT id FROM ${total} ORDER BY ${order}`),
            listed.map(({ id }) => id),
          )
          if (productTotal)
            t.same(
              await idsIn(
                db,
                sql`SELECT id FROM ${productTotal.from} WHERE product_id = ${productId} ORDER BY ${order}`,
              ),
              listed.flatMap((made) => (made.product === product ? [made.id] : [])),
            )
        },
      ),
      { numRuns: 40 },
    )
  },
)

t.test(
  'an order that is too young for the index, and one of a clock that was set back, are found',
  async (t) => {
    const { db, productIds, add } = await shop(t)
    const now = Date.now()
    const at = (time: number) => `${idBoundAt(time)}${newId().slice(13)}`
    const [productId = ''] = productIds
    const old = await add(0, 1, at(now - HOUR_MS))
    const ahead = await add(0, 1, at(now + 48 * HOUR_MS))
    await index(db, 10, idBoundAt(now))
    t.same(await newestOf(db, productId), [ahead, old])
    await index(db, 10) // as a process would whose clock is two days ahead
    const later = await add(0, 1, at(now))
    await index(db, 10, idBoundAt(now + 1))
    t.same(await newestOf(db, productId), [ahead, later, old])
    while ((await index(db, 1, idBoundAt(now + 1)))?.isFull);
    t.same(await newestOf(db, productId), [ahead, later, old])
  },
)

t.test(
  'the indexer takes steps until nothing is left, and more slowly while orders are placed',
  async (t) => {
    const { db, productIds, add } = await shop(t)
    const indexer = new OrderIndexer(db)
    if (!db.dialect.indexOrders) {
      t.equal(await indexer.step(false), undefined)
      return
    }
    t.equal(await indexer.step(false), undefined)
    const old = Date.now() - HOUR_MS
    for (let i = 0; i < 60; i++) await add(i % 2, 5, `${idBoundAt(old + i)}${newId().slice(13)}`)
    const rest = async () => {
      const [row] = await db.read.$queryRaw<{ n: bigint }[]>(
        sql`SELECT COUNT(*) AS n FROM orders WHERE id > (SELECT position FROM order_index)`,
      )
      return Number(row?.n)
    }
    t.equal(await rest(), 60)
    const pause = await indexer.step(true)
    t.equal(await rest(), 10)
    t.ok(pause && pause > 0)
    t.equal(await indexer.step(true), undefined)
    t.equal(await rest(), 0)
    const young = await add(1, 5)
    t.equal(await indexer.step(true), 1_000, 'a young order waits')
    t.equal(await rest(), 1)
    t.equal((await newestOf(db, productIds[1] ?? '', 1))[0], young)
  },
)
