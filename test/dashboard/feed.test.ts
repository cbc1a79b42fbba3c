import fc from 'fast-check'
import t from 'tap'
import type { AnyEvent } from '../../src/client/index.js'
import type { OrderStatus, OrderView } from '../../src/contract/order.js'
import { MAX_ROWS, OrderFeed, type OrderPage } from '../../src/dashboard/orders/feed.js'
import { filterOf, matcherOf, parametersOf } from '../../src/dashboard/orders/filter.js'
import { cases } from '../helpers/effort.js'

const path: OrderStatus[] = ['pending', 'confirmed', 'shipped', 'delivered']
const PAGE = 3

/** A shop in memory: the API's responses and its event log. */
class Shop {
  readonly orders: OrderView[] = []
  readonly log: AnyEvent[] = []

  #tell(type: 'order:created' | 'order:updated', data: OrderView) {
    this.log.push({ offset: this.log.length + 1, type, createdAt: data.updatedAt, data })
  }
  create() {
    const id = `id-${String(this.orders.length).padStart(5, '0')}`
    const time = new Date(0).toISOString() // all in one millisecond: the worst case
    const amounts = { quantity: 1, unitPrice: 1, totalPrice: 1 }
    const rest = { checkoutId: null, productName: 'Lamp', note: null, metadata: null, expiresAt: null }
    const order = { id, userId: 'u', productId: 'p', ...rest, ...amounts, createdAt: time, updatedAt: time }
    this.orders.push({ ...order, status: 'pending' })
    this.#tell('order:created', { ...order, status: 'pending' })
  }
  advance(which: number) {
    const place = which % Math.max(1, this.orders.length)
    const order = this.orders[place]
    const status = order && path[path.indexOf(order.status) + 1]
    if (!order || !status) return
    this.orders[place] = { ...order, status }
    this.#tell('order:updated', { ...order, status })
  }
  list(status: OrderStatus | undefined): OrderView[] {
    return this.orders.filter((order) => !status || order.status === status).reverse()
  }
  page(status: OrderStatus | undefined, cursor: string | undefined): OrderPage {
    const rest = this.list(status).filter(({ id }) => cursor === undefined || id < cursor)
    const items = rest.slice(0, PAGE)
    return { items, nextCursor: rest.length > PAGE ? (items.at(-1)?.id ?? null) : null }
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))
const shown = (feed: OrderFeed) =>
  Array.from({ length: feed.length }, (_, i) => feed.at(i)).map((order) => `${order?.id} ${order?.status}`)

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant({ do: 'create' as const }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('advance' as const), which: fc.nat(50) }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('tell' as const), many: fc.integer({ min: 1, max: 6 }) }),
    },
    // A page request: read at one moment, arriving at another.
    { weight: 2, arbitrary: fc.constantFrom({ do: 'more' as const }, { do: 'reload' as const }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        { do: 'hold' as const },
        { do: 'release' as const },
        { do: 'show' as const },
      ),
    },
    { weight: 3, arbitrary: fc.constantFrom({ do: 'read' as const }, { do: 'arrive' as const }) },
  ),
  { maxLength: 60 },
)

t.test('the feed equals the list, in whatever order pages and events arrive', async (t) => {
  const run = async (
    script: typeof steps extends fc.Arbitrary<infer S> ? S : never,
    status: OrderStatus | undefined,
    before: number,
  ) => {
    const shop = new Shop()
    for (let i = 0; i < before; i++) shop.create()
    let told = shop.log.length
    const asked: { cursor: string | undefined; page?: OrderPage; arrive: (page: OrderPage) => void }[] = []
    const feed = new OrderFeed(
      (order) => status === undefined || order.status === status,
      (cursor) => new Promise((arrive) => asked.push({ cursor, arrive })),
    )
    const tell = (many: number) => {
      feed.apply(shop.log.slice(told, told + many))
      told = Math.min(shop.log.length, told + many)
    }
    const read = () => {
      for (const request of asked) request.page ??= shop.page(status, request.cursor)
    }
    const arrive = async () => {
      const request = asked.shift()
      request?.arrive(request.page ?? shop.page(status, request.cursor))
      await settle()
    }
    void feed.reload()
    for (const step of script) {
      if (step.do === 'create') shop.create()
      else if (step.do === 'advance') shop.advance(step.which)
      else if (step.do === 'tell') tell(step.many)
      else if (step.do === 'read') read()
      else if (step.do === 'arrive') await arrive()
      else void feed[step.do]()
    }
    while (asked.length > 0) await arrive()
    tell(shop.log.length)
    feed.release()
    while (!feed.complete) {
      void feed.more()
      await arrive()
    }
    const expected = shop.list(status).map((order) => `${order.id} ${order.status}`)
    if (shown(feed).join() !== expected.join())
      throw new Error(`shown: ${shown(feed).join(', ')}\nthere are: ${expected.join(', ')}`)
  }
  const statuses = fc.constantFrom(undefined, 'pending' as const, 'confirmed' as const)
  await fc.assert(fc.asyncProperty(steps, statuses, fc.nat(12), run), {
    numRuns: cases(500),
  })
  t.pass()
})

const orderOf = (id: string, status: OrderStatus, at = id): OrderView => {
  const amounts = { quantity: 1, unitPrice: 1, totalPrice: 1 }
  const rest = { checkoutId: null, productName: 'Lamp', note: null, metadata: null, expiresAt: null }
  return { id, userId: 'u', productId: 'p', ...rest, ...amounts, status, createdAt: id, updatedAt: at }
}
const told = (type: 'order:created' | 'order:updated', data: OrderView): AnyEvent => ({
  offset: 1,
  type,
  createdAt: data.updatedAt,
  data,
})

t.test('while the feed is held, no row moves', async (t) => {
  const items = ['4', '3', '2', '1'].map((id) => orderOf(id, 'pending'))
  const feed = new OrderFeed(
    ({ status }) => status === 'pending',
    async () => ({ items, nextCursor: null }),
  )
  await feed.reload()
  feed.hold()
  feed.apply([told('order:created', orderOf('5', 'pending')), told('order:created', orderOf('6', 'pending'))])
  feed.apply([told('order:updated', orderOf('3', 'confirmed', '7'))])
  feed.apply([told('order:updated', orderOf('6', 'cancelled', '8'))])
  t.same(shown(feed), ['4 pending', '3 confirmed', '2 pending', '1 pending'], 'a change shows in its place')
  t.equal(feed.waiting.value, 1)
  feed.show()
  t.same(shown(feed), ['5 pending', '4 pending', '2 pending', '1 pending'])
  feed.apply([told('order:created', orderOf('7', 'pending'))])
  t.equal(feed.waiting.value, 1, 'it is held still')
  feed.release()
  feed.apply([told('order:created', orderOf('8', 'pending'))])
  t.same(shown(feed).slice(0, 2), ['8 pending', '7 pending'])
})

t.test('nor does one when the list loads again', async (t) => {
  const pages = [
    ['4', '3', '2', '1'].map((id) => orderOf(id, 'pending')),
    [orderOf('6', 'pending'), orderOf('4', 'pending'), orderOf('3', 'confirmed', '7')],
    [orderOf('8', 'pending'), orderOf('6', 'pending')],
  ]
  const feed = new OrderFeed(
    () => true,
    async () => ({ items: pages.shift() ?? [], nextCursor: null }),
  )
  await feed.reload()
  feed.hold()
  await feed.reload()
  t.same(shown(feed), ['4 pending', '3 confirmed', '2 pending', '1 pending'])
  t.equal(feed.waiting.value, 1)
  feed.apply([told('order:created', orderOf('7', 'pending'))])
  feed.apply([told('order:updated', orderOf('4', 'confirmed', '8'))])
  t.same(shown(feed), ['4 confirmed', '3 confirmed', '2 pending', '1 pending'])
  t.equal(feed.waiting.value, 2)
  feed.show()
  t.same(shown(feed), ['7 pending', '6 pending', '4 confirmed', '3 confirmed'], 'with what came meanwhile')
  await feed.reload()
  t.equal(feed.waiting.value, 1)
  feed.release()
  t.same(shown(feed), ['8 pending', '6 pending'])
})

t.test('orders that only the server can search are counted, and those listed are kept current', async (t) => {
  const filter = filterOf(new URLSearchParams('q=lamp&status=pending,confirmed,unknown'))
  t.same(parametersOf(filter).toString(), 'status=pending%2Cconfirmed&q=lamp')
  const feed = new OrderFeed(matcherOf(filter), async () => ({
    items: [orderOf('1', 'pending')],
    nextCursor: null,
  }))
  await feed.reload()
  feed.apply([
    told('order:created', orderOf('2', 'pending')),
    told('order:updated', orderOf('1', 'confirmed', '2')),
  ])
  t.same(shown(feed), ['1 confirmed'])
  t.equal(feed.unsure.value, 1)
  feed.apply([told('order:updated', orderOf('1', 'cancelled', '3'))])
  t.same(shown(feed), [])
})

t.test('the oldest rows make room for new ones beyond the maximum, also those that wait', async (t) => {
  const feed = new OrderFeed(
    () => true,
    async () => ({ items: [], nextCursor: null }),
  )
  await feed.reload()
  const placed = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) =>
      told('order:created', orderOf(String(from + i).padStart(7, '0'), 'pending')),
    )
  feed.apply(placed(0, MAX_ROWS))
  t.equal(feed.truncated, false)
  feed.apply(placed(MAX_ROWS, 2))
  t.same([feed.length, feed.truncated], [MAX_ROWS, true])
  t.equal(feed.at(0)?.id, String(MAX_ROWS + 1).padStart(7, '0'))
  t.equal(feed.at(MAX_ROWS - 1)?.id, '0000002')
  feed.hold()
  feed.apply(placed(2 * MAX_ROWS, MAX_ROWS))
  t.equal(feed.waiting.value, MAX_ROWS)
  feed.apply(placed(3 * MAX_ROWS, 1))
  t.same([feed.length, feed.waiting.value], [MAX_ROWS, 0], 'no more than that wait')
})
