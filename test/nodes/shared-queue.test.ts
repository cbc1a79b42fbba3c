import { EventEmitter, once } from 'node:events'
import t, { type Test } from 'tap'
import { DatabaseBusy } from '../../src/db/errors.js'
import { createSharedQueue, placingMethods } from '../../src/nodes/shared-queue.js'
import { createOrderQueue, type OrderQueue } from '../../src/orders/batches.js'
import { QueueClosed, QueueFull } from '../../src/orders/group-commit.js'
import type { NewOrder, Placement } from '../../src/orders/new-order.js'
import { Channel, type Handler } from '../../src/workers/channel.js'
import { addItem } from '../helpers/engine-db.js'
import { orderEngine } from '../helpers/order-engine.js'
import { until } from '../helpers/redis-server.js'
import { transportPair } from '../helpers/transports.js'

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error) => error,
  )

/** Opens the queue of a node and, on the same database, that of the elected one. */
async function openQueues(t: Test, { maxQueue = 100, patienceMs = 60_000, stock = 100 } = {}) {
  const { db, eventLog, userId, draft, basket } = await orderEngine(t)
  const productId = await addItem(db, { stock, price: 250 })
  const newQueue = () => createOrderQueue({ db, eventLog, lowStockThreshold: 10, maxBatch: 100, maxQueue })
  const [elected, own] = [newQueue(), newQueue()]
  const methods: Record<string, Handler> = placingMethods(elected)
  let forwarded = 0
  let channel: Channel | undefined
  const connect = () => {
    const [near, far] = transportPair()
    new Channel(far, methods)
    channel = new Channel(near, {})
    return near
  }
  const transport = connect()
  const queue: OrderQueue = createSharedQueue({
    own,
    channel: () => channel,
    maxQueue,
    patienceMs,
    eventLog,
    position: () => 0,
    onForward: () => forwarded++,
  })
  return {
    db,
    queue,
    own,
    elected,
    transport,
    methods,
    place: methods.place as (placement: Placement) => Promise<unknown>,
    order: (more: Partial<NewOrder> = {}) => draft({ productId, ...more }),
    basket: (more = {}) => basket([{ productId, quantity: 2 }], more),
    forwarded: () => forwarded,
    disconnect: () => (channel = undefined),
    rows: () => db.read.order.findMany({ where: { userId, productId } }),
  }
}

t.test('orders and checkouts go to the elected node, with their own keys or generated ones', async (t) => {
  const { queue, order, basket, forwarded, rows } = await openQueues(t)
  const keyed = order({ idempotencyKey: 'k-1', note: 'ring twice', metadata: { b: 1, a: 2 } })
  const first = await queue.place({ ...keyed })
  t.match(first, { replayed: false, order: { note: 'ring twice' } })
  t.same(await queue.place({ ...keyed }), { ...first, replayed: true })
  t.match(await failure(queue.place({ ...keyed, quantity: 2 })), { code: 'idempotency-key-reused' })
  t.match(await queue.place(order({ requestId: 'r-1' })), { replayed: false })
  const basketOnce = await queue.place(basket({ idempotencyKey: 'k-1' }))
  t.same(await queue.place(basket({ idempotencyKey: 'k-1' })), { ...basketOnce, replayed: true })
  t.match(await queue.place(basket()), { replayed: false })
  t.match(await failure(queue.place(order({ quantity: 1_000 }))), {
    code: 'insufficient-stock',
    extra: { requested: 1_000, available: 94 },
  })
  t.equal(forwarded(), 8)
  t.equal((await rows()).length, 4)
})

t.test('without an elected node orders are placed here, without a key', async (t) => {
  const { queue, order, forwarded, disconnect, rows } = await openQueues(t)
  disconnect()
  t.match(await queue.place(order()), { replayed: false })
  t.equal(forwarded(), 0)
  t.equal((await rows())[0]?.idempotencyKey, null)
})

t.test('an order whose answer is lost is placed once, and answered as a new one', async (t) => {
  for (const idempotencyKey of [null, 'k-1'])
    for (const isPlaced of [true, false]) {
      const { queue, order, transport, methods, place, rows, disconnect } = await openQueues(t)
      methods.place = async (placement: Placement) => {
        if (isPlaced) await place(placement)
        transport.destroy()
      }
      const outcome = await queue.place(order({ idempotencyKey, requestId: 'r-1' }))
      t.match(outcome, { replayed: false }, `${idempotencyKey}, ${isPlaced}`)
      const all = await rows()
      t.same(
        all.map(({ id }) => id),
        [outcome.order.id],
      )
      if (idempotencyKey === null) continue
      disconnect()
      t.match(await queue.place(order({ idempotencyKey, requestId: 'r-2' })), { replayed: true })
    }
})

t.test('a checkout whose answer is lost is placed once', async (t) => {
  const { queue, basket, transport, methods, place, rows } = await openQueues(t)
  methods.place = async (placement: Placement) => {
    await place(placement)
    transport.destroy()
  }
  const { checkout, replayed } = await queue.place(basket({ requestId: 'r-1' }))
  t.notOk(replayed)
  t.same(
    (await rows()).map(({ checkoutId }) => checkoutId),
    [checkout.id],
  )
})

t.test('a key that an earlier request used is replayed even if the answer is lost', async (t) => {
  const { queue, order, transport, methods } = await openQueues(t)
  const first = await queue.place(order({ idempotencyKey: 'k-1', requestId: 'r-1' }))
  methods.place = () => transport.destroy()
  t.same(await queue.place(order({ idempotencyKey: 'k-1', requestId: 'r-2' })), { ...first, replayed: true })
})

t.test('an elected node that commits late finds what was placed meanwhile', async (t) => {
  const { queue, order, basket, methods, place, rows } = await openQueues(t, { patienceMs: 50 })
  const late: Placement[] = []
  methods.place = (placement: Placement) => new Promise(() => late.push(placement))
  const outcomes = [
    await queue.place(order()),
    await queue.place(order({ idempotencyKey: 'k-1' })),
    await queue.place(basket()),
  ]
  t.equal(late.length, 3)
  // Together with one that is new: the violated key must not fail that.
  const again = await Promise.all([...late, order({ idempotencyKey: 'k-2' })].map(place))
  t.match(
    again.slice(0, 3),
    outcomes.map((outcome) => ({ ...outcome, replayed: true })),
  )
  t.equal((await rows()).length, 4)
})

t.test('a refusal says nothing for certain if the elected node may still place the order', async (t) => {
  const { queue, order, methods } = await openQueues(t, { patienceMs: 50, stock: 1 })
  const [taken] = [await queue.place(order({ idempotencyKey: 'k-1' }))]
  t.ok(taken)
  methods.place = () => new Promise(() => undefined)
  t.match(await failure(queue.place(order())), {
    code: 'unavailable',
    retryAfter: 1,
    cause: { code: 'insufficient-stock' },
  })
  t.match(await failure(queue.place(order({ idempotencyKey: 'k-1', quantity: 2 }))), {
    code: 'idempotency-key-reused',
  })
})

t.test('a full queue of the elected node refuses, and a closed one has orders placed here', async (t) => {
  const { queue, order, elected, methods, rows } = await openQueues(t)
  const answers: unknown[] = []
  const answering = (place: () => Promise<never>) => {
    const { place: method } = placingMethods({ ...elected, place })
    methods.place = async (placement: Placement, from) => {
      const answer = await method?.(placement as never, from)
      answers.push(answer)
      return answer
    }
  }
  answering(() => Promise.reject(new QueueFull()))
  t.match(await failure(queue.place(order())), { name: 'QueueFull' })
  answering(() => Promise.reject(new QueueClosed()))
  t.match(await queue.place(order()), { replayed: false })
  t.same(answers, ['full', 'closed'])
  t.same(
    (await rows()).map(({ idempotencyKey }) => idempotencyKey),
    [null],
  )
})

t.test('no more orders are in flight than may wait, and closing waits for them', async (t) => {
  const { queue, order, own, methods, place, rows } = await openQueues(t, { maxQueue: 2 })
  const held = new EventEmitter()
  methods.place = async (placement: Placement) => {
    await once(held, 'release')
    return place(placement)
  }
  const inFlight = [queue.place(order()), queue.place(order())]
  t.ok(queue.isFull())
  t.equal(queue.waiting(), 2)
  t.match(await failure(queue.place(order())), { name: 'QueueFull' })
  let isClosed = false
  const closing = queue.close().then(() => {
    isClosed = true
  })
  await until(() => held.listenerCount('release') === 2)
  t.notOk(isClosed)
  held.emit('release')
  for (const outcome of await Promise.all(inFlight)) t.match(outcome, { replayed: false })
  await closing
  t.equal((await rows()).length, 2)
  t.match(await failure(queue.place(order())), { name: 'QueueClosed' })
  t.match(await failure(own.place(order())), { name: 'QueueClosed' })
})

t.test('an order that the elected node may have placed is never called refused', async (t) => {
  const { queue, order, own, methods, transport } = await openQueues(t)
  methods.place = () => transport.destroy()
  for (const error of [
    new QueueFull('full'),
    new DatabaseBusy(new Error('a lock')),
    new QueueClosed('closed'),
  ]) {
    own.place = () => Promise.reject<never>(error)
    t.match(await failure(queue.place(order())), { code: 'unavailable', cause: error })
  }
})
