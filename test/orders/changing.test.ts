import t from 'tap'
import { MAX_STOCK } from '../../src/catalog/product.js'
import { newId, timeOfId } from '../../src/ids.js'
import { versionOf } from '../../src/orders/order.js'
import { addItem } from '../helpers/engine-db.js'
import { orderEngine, unbalanced } from '../helpers/order-engine.js'

t.test(
  'a note alone is a change of its own: an event, a row of the history, an audit entry without it',
  async (t) => {
    const { db, orders, place, eventLog, logged, userId } = await orderEngine(t)
    const { order } = await place()
    const head = await eventLog.head()
    const origin = { actor: { type: 'user', id: userId } } as const
    const noted = await orders.edit(order.id, { note: 'Ring twice' }, { origin })
    t.match(noted, { ...order, note: 'Ring twice', updatedAt: String })
    t.ok(noted.updatedAt > order.updatedAt, 'another version')
    t.same(await orders.edit(order.id, { note: 'Ring twice' }), noted, 'the same note is no change')
    const cleared = await orders.edit(order.id, { note: null })
    t.equal(cleared.note, null)
    const both = await orders.edit(order.id, { note: 'Gift', status: 'confirmed' }, { origin })
    t.match(both, { note: 'Gift', status: 'confirmed' })
    t.same(await logged(head), [
      { type: 'order:updated', data: { ...noted, cause: 'note' } },
      { type: 'order:updated', data: { ...cleared, cause: 'note' } },
      { type: 'order:updated', data: both },
    ])
    t.same(
      (await orders.history(order.id)).map(({ status, note, actor }) => [status, note, actor.name]),
      [
        ['pending', undefined, 'customer'],
        ['pending', 'Ring twice', 'customer'],
        ['pending', undefined, 'System'],
        ['confirmed', 'Gift', 'customer'],
      ],
    )
    const audited = await db.read.auditEntry.findMany({
      where: { subjectId: order.id },
      orderBy: { id: 'asc' },
    })
    t.same(
      audited.map(({ action, details }) => [action, details]),
      [
        ['order.note-changed', '{}'],
        ['order.note-changed', '{}'],
        ['order.status-changed', '{"status":{"before":"pending","after":"confirmed"}}'],
        ['order.note-changed', '{}'],
      ],
    )
  },
)

t.test('an order keeps its expiry with another note, and loses it with another status', async (t) => {
  const { db, orders, userId, productId } = await orderEngine(t)
  const { order } = await orders.place({
    userId,
    productId,
    quantity: 1,
    idempotencyKey: null,
    expiresIn: 60,
  })
  t.ok(order.expiresAt)
  t.equal((await orders.edit(order.id, { note: 'Ring twice' })).expiresAt, order.expiresAt)
  t.equal((await orders.changeStatus(order.id, 'confirmed')).expiresAt, null)
  t.equal((await db.read.order.findUniqueOrThrow({ where: { id: order.id } })).expiresAt, null)
})

t.test(
  'a change for another version is refused, however quickly the changes follow each other',
  async (t) => {
    const { orders, place } = await orderEngine(t)
    let { order } = await place()
    for (let i = 0; i < 20; i++) {
      const stale = versionOf(order.updatedAt)
      const accepts = (version: bigint) => version === stale
      order = await orders.edit(order.id, { note: `note ${i}` }, { accepts })
      await t.rejects(orders.edit(order.id, { note: 'other' }, { accepts }), { code: 'precondition-failed' })
    }
    t.equal(order.note, 'note 19')
  },
)

t.test(
  'an order changed by a process whose clock is ahead gets a later version with the next change',
  async (t) => {
    const { db, orders, place } = await orderEngine(t)
    const { order } = await place()
    const updatedAt = new Date(Date.now() + 60_000)
    await db.write((tx) => tx.order.update({ where: { id: order.id }, data: { updatedAt } }))
    const noted = await orders.edit(order.id, { note: 'Ring twice' })
    t.ok(noted.updatedAt > updatedAt.toISOString())
    const [change] = await db.read.orderChange.findMany({ where: { orderId: order.id } })
    t.ok(change && timeOfId(change.id) > updatedAt.getTime(), 'and so does its place in the history')
  },
)

t.test('another cancellation changes nothing, and returns the same order', async (t) => {
  const { db, orders, place, eventLog, stock } = await orderEngine(t)
  const { order } = await place(4)
  const cancelled = await orders.cancel(order.id)
  const head = await eventLog.head()
  t.same(await orders.cancel(order.id), cancelled)
  t.same(await orders.cancel(order.id, { accepts: () => false }), cancelled, 'for whatever version')
  t.equal(await eventLog.head(), head, 'it is not in the log')
  t.equal((await orders.history(order.id)).length, 2)
  t.equal(await db.read.auditEntry.count({ where: { subjectId: order.id } }), 1)
  t.equal(await stock(), 100)
})

t.test('many orders are changed one by one, with a running balance per product', async (t) => {
  const { db, orders, place, productId, stock, eventLog, logged } = await orderEngine(t)
  const other = await addItem(db, { stock: 100 })
  const placed = []
  for (let i = 0; i < 6; i++)
    placed.push((await place(i + 1, { productId: i % 2 ? other : productId })).order)
  const [first, second, third, fourth] = placed.map(({ id }) => id)
  await orders.cancel(String(second))
  for (const status of ['confirmed', 'shipped'] as const) await orders.changeStatus(String(third), status)
  const head = await eventLog.head()
  const unknown = newId()
  const ids = [unknown, ...placed.map(({ id }) => id), 'nonsense']
  const outcomes = await orders.changeStatuses(ids, 'cancelled')
  t.same(
    outcomes.map(({ id }) => id),
    ids,
    'in the order of the request',
  )
  t.same(
    outcomes.map((outcome) => ('order' in outcome ? outcome.order.status : outcome.problem.code)),
    [
      'not-found',
      'cancelled',
      'invalid-transition',
      'invalid-transition',
      ...Array(3).fill('cancelled'),
      'not-found',
    ],
  )
  t.match(outcomes[1], { order: await orders.get(String(first)) })
  const changed = [first, fourth, placed[4]?.id, placed[5]?.id]
  const events = await logged(head)
  t.same(
    events.filter(({ type }) => type === 'order:updated').map(({ data }) => 'id' in data && data.id),
    changed,
  )
  t.equal(await stock(), 97, 'what is shipped stays')
  t.equal(await stock(other), 100)
  t.same(await unbalanced(db, productId), [])
  t.same(await unbalanced(db, other), [])
  const rows = await db.read.orderChange.findMany({ where: { orderId: { in: changed as string[] } } })
  t.equal(rows.length, 4)
})

t.test('a thousand orders change in short transactions, and other work goes on meanwhile', async (t) => {
  let writes = 0
  const { db, orders, userId, productId, stock } = await orderEngine(t, {
    around: (db) => ({ ...db, write: (work) => db.write(work).finally(() => writes++) }),
  })
  const item = await addItem(db, { stock: 5_000 })
  const placing = { userId, productId: item, quantity: 2, idempotencyKey: null }
  const placed = await Promise.all(Array.from({ length: 1_000 }, () => orders.place(placing)))
  const ids = placed.map(({ order }) => order.id).toReversed()
  writes = 0
  let [turns, longest, last] = [0, 0, performance.now()]
  let watching = true
  const watch = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    turns++
    if (watching) setImmediate(watch)
  }
  setImmediate(watch)
  const outcomes = await orders.changeStatuses(ids, 'cancelled')
  watching = false
  t.comment(`${turns} turns, the longest of ${Math.round(longest)} ms`)
  t.equal(writes, 7)
  // A busy machine gives few turns more than those between the transactions.
  t.ok(turns >= writes, `the thread was free ${turns} times`)
  t.same(
    outcomes.map(({ id }) => id),
    ids,
  )
  t.ok(outcomes.every((outcome) => 'order' in outcome && outcome.order.status === 'cancelled'))
  t.equal(await stock(item), 5_000)
  t.equal(await stock(productId), 100)
  t.same(await unbalanced(db, item, 5_000), [])
  t.equal(await db.read.orderChange.count({ where: { productId: item, delta: 2 } }), 1_000)
  t.equal(await db.read.auditEntry.count({ where: { action: 'order.status-changed' } }), 1_000)
})

t.test('stock returned above the maximum is reported: in the log, and in the audit trail', async (t) => {
  const over: object[] = []
  const { db, orders, place, productId, stock } = await orderEngine(t, {
    onOverMaximum: (product) => over.push(product),
  })
  const [{ order: one }, { order: two }] = [await place(10), await place(5)]
  await db.write((tx) => tx.product.update({ where: { id: productId }, data: { stock: MAX_STOCK - 10 } }))
  await orders.cancel(one.id)
  t.same(over, [], 'up to the maximum is nothing to tell')
  await orders.cancel(two.id)
  t.equal(await stock(), MAX_STOCK + 5, 'the units exist: they are not lost')
  t.same(over, [{ productId, stock: MAX_STOCK + 5 }])
  const [entry] = await db.read.auditEntry.findMany({ where: { subjectId: two.id } })
  t.match(JSON.parse(String(entry?.details)), { overMaximum: true, stock: MAX_STOCK + 5 })
  const [fitting] = await db.read.auditEntry.findMany({ where: { subjectId: one.id } })
  t.same(JSON.parse(String(fitting?.details)), { status: { before: 'pending', after: 'cancelled' } })
})

t.test('other orders are placed while a thousand change, unless those are to change together', async (t) => {
  const { db, eventLog, orders, userId, productId, draft } = await orderEngine(t, { maxBatch: 1_000 })
  await db.write((tx) => tx.product.update({ where: { id: productId }, data: { stock: 10_000 } }))
  const place = () => orders.place({ userId, productId, quantity: 1, idempotencyKey: null })
  for (const [remember, isTogether] of [
    [undefined, false],
    [async () => {}, true],
  ] as const) {
    const placed = await Promise.all(Array.from({ length: 1_000 }, place))
    const ids = placed.map(({ order }) => order.id)
    const head = await eventLog.head()
    const changing = orders.changeStatuses(ids, 'confirmed', undefined, remember)
    let isDone = false
    const finished = changing.finally(() => {
      isDone = true
    })
    while (!isDone) await orders.place(draft())
    await finished
    const types = (await eventLog.read(head, 10_000)).map(({ type }) => type)
    const [first, last] = [types.indexOf('order:updated'), types.lastIndexOf('order:updated')]
    const between = types.slice(first, last).filter((type) => type === 'order:created').length
    t.equal(types.filter((type) => type === 'order:updated').length, 1_000)
    t.equal(between === 0, isTogether, `${between} orders between them`)
  }
})
