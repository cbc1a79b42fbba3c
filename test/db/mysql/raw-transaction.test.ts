import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection } from 'mariadb'
import t, { type Test } from 'tap'
import type { Db } from '../../../src/db/db.js'
import { DatabaseBusy } from '../../../src/db/errors.js'
import { connectionSettings } from '../../../src/db/mysql/connection.js'
import { mysql } from '../../../src/db/mysql/dialect.js'
import { Primary } from '../../../src/db/mysql/hosts/primary.js'
import { createSessionPool } from '../../../src/db/mysql/pool.js'
import { DriverTransaction } from '../../../src/db/mysql/raw-transaction.js'
import { openDb } from '../../../src/db/open.js'
import type { RawTx } from '../../../src/db/transaction.js'
import { newId } from '../../../src/ids.js'
import { originColumns, originOfUser, SYSTEM } from '../../../src/stream/origin.js'
import { build, signIn } from '../../helpers/app.js'
import { addProduct } from '../../helpers/books.js'
import { onFile } from '../../helpers/database.js'
import { metadataOfBytes } from '../../helpers/metadata.js'
import { orderRow } from '../../helpers/order-row.js'
import { order, stockOf } from '../../helpers/orders.js'

const skip = onFile

async function rival(t: Test, url: string) {
  const connection = await createConnection(connectionSettings(url))
  t.teardown(() => connection.end())
  return connection
}

t.test('statements pipelined after one that ended its transaction are not committed', { skip }, async (t) => {
  const app = await build(t)
  await signIn(app)
  const ids = [await addProduct(app, { stock: 0 }), await addProduct(app, { stock: 0 })]
  const add = (tx: RawTx, id: string | undefined, stock: number) =>
    tx.$executeRawUnsafe('UPDATE products SET stock = stock + ? WHERE id = ?', stock, id)
  let meet = () => {}
  const bothHold = new Promise<void>((resolve) => {
    meet = resolve
  })
  let attempts = 0
  // Each locks one product and then requests the other's: a deadlock, resolved by the server rolling one back.
  const cross = (db: Db, [own, others]: string[]) =>
    db.writeRaw(async (tx) => {
      await add(tx, own, 1)
      if (++attempts === 2) meet()
      await bothHold
      await db.dialect.together(tx, [() => add(tx, others, 10), () => add(tx, own, 100)])
    })
  // Batches within one process are serialized.
  const neighbour = await openDb(app.config.databaseUrl)
  t.teardown(() => neighbour.close())
  await Promise.all([cross(app.db, ids), cross(neighbour, ids.toReversed())])
  t.ok(attempts > 2, 'one of them was retried')
  const products = await app.db.read.product.findMany({ where: { id: { in: ids } } })
  t.same(
    products.map(({ stock }) => stock),
    [111n, 111n],
    'each product has the changes of both transactions once',
  )
})

t.test(
  'an idempotency key that another process uses meanwhile is found on the second attempt',
  { skip },
  async (t) => {
    const app = await build(t)
    const { headers, id: userId } = await signIn(app)
    const [wanted, other] = [await addProduct(app, { stock: 5 }), await addProduct(app, { stock: 5 })]
    const theirs = await rival(t, app.config.databaseUrl)
    await theirs.beginTransaction()
    await theirs.query('UPDATE products SET stock = stock - 1 WHERE id = ?', [other])
    await theirs.query(
      `INSERT INTO orders (id, user_id, product_id, quantity, unit_price, total_price, idempotency_key, created_at, updated_at)
     VALUES (?, ?, ?, 1, 100, 100, 'cart', NOW(3), NOW(3))`,
      [newId(), userId, other],
    )
    const answer = order(app, { ...headers, 'idempotency-key': 'cart' }, { productId: wanted, quantity: 1 })
    let answered = false
    const settled = answer.finally(() => {
      answered = true
    })
    const watcher = await rival(t, app.config.databaseUrl)
    const waiting = `SELECT COUNT(*) AS n FROM information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id
    WHERE trx_state = 'LOCK WAIT' AND db = DATABASE()`
    // InnoDB refreshes this table only if it was not queried for a tenth of a second.
    while (!answered && Number((await watcher.query<{ n: bigint }[]>(waiting))[0]?.n) === 0) await sleep(150)
    await theirs.commit()
    t.match(await settled, { statusCode: 422 })
    t.equal(await stockOf(app, wanted), 5)
    t.equal(await app.db.read.order.count(), 1)
  },
)

t.test('bulk execution (MariaDB) and its replacement (MySQL) store the same rows', { skip }, async (t) => {
  const app = await build(t)
  const { id: userId } = await signIn(app)
  const productId = await addProduct(app, { stock: 5 })
  const pool = createSessionPool(new Primary(app.config.databaseUrl), {}, { autocommit: false })
  t.teardown(() => pool.end())
  const before = await app.eventLog.head()
  const at = Date.parse('2026-01-02T03:04:05.678Z')
  const row = orderRow({
    userId,
    productId,
    quantity: 2,
    unitPrice: 150,
    totalPrice: 300,
    keyFingerprint: 'f'.repeat(43),
    productName: 'Åsa "the" lamp\\',
    checkoutId: newId(),
    note: 'ring the bell',
    metadata: JSON.stringify(metadataOfBytes(4_096, '"🪑\\')),
    expiresAt: at + 60_000,
    stockAfter: 1_000_000_000,
  })
  const idempotencyKey = "a 'key' "
  const events = [
    {
      type: 'order:created',
      userId,
      data: '{"name":"Åsa \\"the\\" lamp\\\\"}',
      ...originColumns(originOfUser(userId, 'request-1')),
    },
    { type: 'stock:changed', userId: null, data: '{"stock":1}', ...originColumns(SYSTEM) },
  ]
  const written = []
  for (const takesRows of [true, false]) {
    const connection = await pool.getConnection()
    const isMariaDB = connection.info?.isMariaDB() === true
    if (!takesRows && connection.info) connection.info.isMariaDB = () => false
    const tx = new DriverTransaction(connection)
    t.equal(tx.takesRows, takesRows && isMariaDB)
    const id = newId()
    const key = `${idempotencyKey}${takesRows}`
    let first = 0
    await mysql.together(tx, [
      () =>
        mysql.insertOrders(
          tx,
          [
            { ...row, id, idempotencyKey: key },
            { ...row, id: newId(), idempotencyKey: null },
          ],
          at,
        ),
      async () => {
        first = await mysql.appendEvents(tx, events, at)
      },
    ])
    await tx.commit()
    const where = { offset: { gte: first, lt: first + 2 } }
    const log = await app.db.read.event.findMany({ where, orderBy: { offset: 'asc' } })
    const made = await app.db.read.order.findUniqueOrThrow({ where: { id } })
    t.equal(made.idempotencyKey, key)
    written.push({
      order: { ...made, id: '', idempotencyKey: '' },
      events: log.map((event) => ({ ...event, offset: Number(event.offset) - first })),
    })
  }
  t.equal(await app.eventLog.head(), before + 4)
  t.equal(written[0]?.events.length, 2)
  t.equal(written[0]?.events[0]?.data, events[0]?.data)
  t.equal(written[0]?.order.createdAt.getTime(), at)
  t.equal(written[0]?.order.metadata, row.metadata)
  t.same(written[0], written[1])
})

t.test('a transaction that has ended accepts no statement', { skip }, async (t) => {
  const app = await build(t)
  const ended: RawTx[] = []
  await app.db.writeRaw(async (tx) => ended.push(tx))
  await t.rejects(
    app.db.writeRaw(async (tx) => {
      ended.push(tx)
      await tx.$executeRawUnsafe('UPDATE event_counter SET last_offset = last_offset + 1')
      throw new Error('no')
    }),
    { message: 'no' },
  )
  for (const tx of ended) await t.rejects(tx.$queryRawUnsafe('SELECT 1'), /has ended/)
  await app.db.writeRaw(async (tx) => {
    for (const old of ended) await t.rejects(old.$queryRawUnsafe('SELECT 1'), /has ended/)
    t.same(await tx.$queryRawUnsafe('SELECT last_offset AS last FROM event_counter'), [
      { last: BigInt(await app.eventLog.head()) },
    ])
  })
})

t.test('a process that hangs within a batch holds its rows for some seconds only', { skip }, async (t) => {
  const app = await build(t)
  await signIn(app)
  const id = await addProduct(app, { stock: 0 })
  const [server] = await app.db.read.$queryRawUnsafe<{ version: string }[]>('SELECT VERSION() AS version')
  if (!server?.version.includes('MariaDB')) return t.comment('MySQL has no limit for idle transactions')
  const add = (tx: RawTx, stock: number) =>
    tx.$executeRawUnsafe('UPDATE products SET stock = stock + ? WHERE id = ?', stock, id)
  let attempts = 0
  let wake = () => {}
  const awake = new Promise<void>((resolve) => {
    wake = resolve
  })
  const hanging = app.db.writeRaw(async (tx) => {
    await add(tx, 1)
    if (++attempts === 1) await awake
    await add(tx, 10)
  })
  // As long as it tries again, it has hung.
  const failed = t.rejects(hanging, DatabaseBusy)
  const neighbour = await openDb(app.config.databaseUrl)
  t.teardown(() => neighbour.close())
  while (attempts === 0) await sleep(5)
  // It waits a second at a time, and tries again for five.
  for (let isDone = false; !isDone; )
    isDone = await neighbour
      .writeRaw((tx) => add(tx, 100))
      .then(
        () => true,
        (error) => {
          if (!(error instanceof DatabaseBusy)) throw error
          return false
        },
      )
  t.equal(attempts, 1, 'it has not woken up')
  wake()
  await failed
  const { stock } = await app.db.read.product.findUniqueOrThrow({ where: { id } })
  t.equal(stock, 100n)
})
