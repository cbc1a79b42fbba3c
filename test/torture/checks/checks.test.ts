import t from 'tap'
import type { OrderStatus, OrderView } from '../../../src/contract/order.js'
import { Journal } from '../journal.js'
import { checkAdjustments, checkBooks } from './books.js'
import type { Finding } from './finding.js'
import { checkListener, type ListenerRecord } from './listeners.js'
import { checkLog } from './log.js'
import { checkOrders } from './orders.js'
import type { State } from './state.js'

const EPOCH = 'the log'
const STOCK = 100

const view = (id: string, quantity: number, status: OrderStatus = 'pending') =>
  ({ id, userId: 'ada', productId: 'lamp', quantity, status }) as OrderView

/**
 * A consistent shop: order a has a key, b has none and is confirmed, c has a key and is cancelled, d was placed but its
 * request got no response; there is one adjustment of 7.
 */
function soundShop() {
  const journal = new Journal()
  journal.initialStock.set('lamp', STOCK)
  const request = (quantity: number) => ({ userId: 'ada', productId: 'lamp', quantity })
  journal.acknowledge(request(1), view('a', 1), 'cart-a')
  journal.acknowledge(request(2), view('b', 2))
  journal.orders.get('b')?.attempted.add('confirmed')
  journal.acknowledge(request(3), view('c', 3), 'cart-c')
  journal.orders.get('c')?.statuses.add('cancelled')
  journal.keylessInDoubt.push(request(4))
  journal.adjustments.set('seven', { productId: 'lamp', delta: 7, state: 'acknowledged' })
  journal.adjustments.set('eight', { productId: 'lamp', delta: 8, state: 'in-doubt' })
  journal.adjustments.set('nine', { productId: 'lamp', delta: -9, state: 'refused' })

  const row = (id: string, quantity: number, status: OrderStatus, key: string | null = null) => {
    return { ...request(quantity), id, status, key }
  }
  const drafts: [type: string, data: object][] = [
    ['product:created', { id: 'lamp', stock: STOCK }],
    ...[view('a', 1), view('b', 2), view('c', 3), view('d', 4)].map((order): [string, object] => [
      'order:created',
      order,
    ]),
    ['order:updated', view('b', 2, 'confirmed')],
    ['order:updated', view('c', 3, 'cancelled')],
    ['stock:changed', { productId: 'lamp', stock: 100 }],
  ]
  const state: State = {
    epoch: EPOCH,
    lastOffset: drafts.length,
    orders: [
      row('a', 1, 'pending', 'cart-a'),
      row('b', 2, 'confirmed'),
      row('c', 3, 'cancelled', 'cart-c'),
      row('d', 4, 'pending'),
    ],
    products: [{ id: 'lamp', stock: STOCK - 1 - 2 - 4 + 7 }],
    adjustments: [
      { productId: 'lamp', delta: STOCK, reason: 'initial stock' },
      { productId: 'lamp', delta: 7, reason: 'seven' },
    ],
    events: drafts.map(([type, data], i) => {
      const userId = type.startsWith('order') ? 'ada' : null
      return { offset: i + 1, type, userId, data: JSON.stringify(data) }
    }),
  }
  const received = (types: string): ListenerRecord => ({
    name: 'a listener',
    namespace: types === '' ? '/admin' : types === 'order' ? '/' : '/inventory',
    userId: 'ada',
    received: state.events.filter(({ type }) => type.startsWith(types)),
    resets: 0,
  })
  return { journal, state, all: received(''), own: received('order'), stock: received('stock') }
}

type Shop = ReturnType<typeof soundShop>

const findingsOf = ({ journal, state, all, own }: Shop): Finding[] => [
  ...journal.findings,
  ...checkOrders(state, journal),
  ...checkAdjustments(state, journal),
  ...checkBooks(state),
  ...checkLog(state, EPOCH),
  ...checkListener(all, state.events),
  ...checkListener(own, state.events),
]

const kindsOf = (shop: Shop) => [...new Set(findingsOf(shop).map(({ kind }) => kind))]

/** A sound shop with one violation. */
function broken(change: (shop: Shop) => void): Shop {
  const shop = soundShop()
  change(shop)
  return shop
}

t.test('a consistent shop has no findings', async (t) => {
  t.same(findingsOf(soundShop()), [])
})

const order = (shop: Shop, id: string) => {
  const row = shop.state.orders.find((one) => one.id === id)
  if (!row) throw new Error(`no order ${id}`)
  return row
}
const drop = (shop: Shop, id: string) => {
  shop.state.orders = shop.state.orders.filter((one) => one.id !== id)
}
const deliver = (listener: ListenerRecord, received: ListenerRecord['received']) => {
  listener.received = received
}

const CASES: Record<string, [kind: Finding['kind'], change: (shop: Shop) => void]> = {
  'an order with a key is missing': ['lost', (shop) => drop(shop, 'a')],
  'an order without a key is missing': ['lost', (shop) => drop(shop, 'b')],
  'an order has the wrong quantity': ['lost', (shop) => Object.assign(order(shop, 'a'), { quantity: 9 })],
  'an order has a status never requested': [
    'lost',
    (shop) => Object.assign(order(shop, 'a'), { status: 'confirmed' }),
  ],
  'a cancelled order is pending again': [
    'lost',
    (shop) => Object.assign(order(shop, 'c'), { status: 'pending' }),
  ],
  'a key has the wrong order': ['lost', (shop) => Object.assign(order(shop, 'a'), { id: 'x' })],
  'a key has two orders': [
    'doubled',
    (shop) => shop.state.orders.push({ ...order(shop, 'a'), id: 'a again' }),
  ],
  'a key returned two different orders': [
    'doubled',
    (shop) =>
      shop.journal.acknowledge({ userId: 'ada', productId: 'lamp', quantity: 1 }, view('x', 1), 'cart-a'),
  ],
  'a refused key has an order': [
    'doubled',
    (shop) => {
      shop.journal.useKey({ userId: 'ada', productId: 'lamp', quantity: 5 }, 'refused')
      shop.state.orders.push({ ...order(shop, 'a'), id: 'x', key: 'refused', quantity: 5 })
    },
  ],
  'an order has a key never used': [
    'doubled',
    (shop) => shop.state.orders.push({ ...order(shop, 'a'), id: 'x', key: 'nobody' }),
  ],
  'there are more orders without a key than requests': [
    'doubled',
    (shop) => shop.state.orders.push({ ...order(shop, 'd'), id: 'd again' }),
  ],
  'an adjustment is missing': ['lost', (shop) => shop.state.adjustments.pop()],
  'an adjustment was made twice': [
    'doubled',
    (shop) => shop.state.adjustments.push({ productId: 'lamp', delta: 7, reason: 'seven' }),
  ],
  'a refused adjustment was made': [
    'doubled',
    (shop) => shop.state.adjustments.push({ productId: 'lamp', delta: -9, reason: 'nine' }),
  ],
  'stock does not add up': ['books', (shop) => Object.assign(shop.state.products[0] ?? {}, { stock: 99 })],
  'stock is below zero': ['books', (shop) => Object.assign(shop.state.products[0] ?? {}, { stock: -1 })],
  'the log has a gap': ['gap', (shop) => shop.state.events.splice(3, 1)],
  'an offset is used twice': ['gap', (shop) => Object.assign(shop.state.events[3] ?? {}, { offset: 3 })],
  'the counter is ahead of the log': ['gap', (shop) => shop.state.lastOffset++],
  'the log has a different epoch': ['gap', (shop) => Object.assign(shop.state, { epoch: 'another' })],
  'the last logged status differs from the order': [
    'gap',
    (shop) => Object.assign(order(shop, 'b'), { status: 'pending' }),
  ],
  'a listener missed an event': ['gap', ({ all }) => deliver(all, all.received.toSpliced(2, 1))],
  'a listener missed the last event': ['gap', ({ all }) => deliver(all, all.received.slice(0, -1))],
  'a customer missed an event': ['gap', ({ own }) => deliver(own, own.received.toSpliced(1, 1))],
  "a customer received someone else's event": [
    'gap',
    ({ own, all }) => deliver(own, [...own.received, ...all.received.slice(-1)]),
  ],
  'a listener received an event twice': [
    'gap',
    ({ all }) => deliver(all, [...all.received.slice(0, 3), ...all.received.slice(2)]),
  ],
  'a listener received two events out of order': [
    'gap',
    ({ all: { received }, all }) =>
      deliver(all, [...received.slice(0, 2), ...received.slice(2, 4).toReversed(), ...received.slice(4)]),
  ],
  'a listener received an event missing from the log': [
    'gap',
    ({ all }) => deliver(all, all.received.with(2, { offset: 3, type: 'order:created', data: '{"id":"x"}' })),
  ],
  'a listener was told to reload': ['gap', ({ all }) => Object.assign(all, { resets: 1 })],
}

for (const [violation, [kind, change]] of Object.entries(CASES))
  t.test(`${violation}: ${kind}`, async (t) => {
    t.ok(kindsOf(broken(change)).includes(kind), JSON.stringify(findingsOf(broken(change))))
  })

t.test('an acknowledged order that differs from its request is reported', async (t) => {
  const { journal } = soundShop()
  journal.acknowledge({ userId: 'ada', productId: 'lamp', quantity: 1 }, view('e', 2))
  t.same(
    journal.findings.map(({ kind }) => kind),
    ['answer'],
  )
})

t.test(
  'an event received before it was synced may be missing from the log only after a power cut',
  async (t) => {
    const { state, all } = soundShop()
    const received = all.received.with(2, { offset: 3, type: 'order:created', data: '{"id":"x"}' })
    t.match(checkListener({ ...all, received }, state.events), [{ kind: 'gap' }])
    t.same(checkListener({ ...all, received, mayReceiveUnsynced: true }, state.events), [])
    const missed = received.toSpliced(3, 1)
    t.match(checkListener({ ...all, received: missed, mayReceiveUnsynced: true }, state.events), [
      { kind: 'gap' },
    ])
  },
)

t.test('/inventory may skip superseded stock events, but not the last one', async (t) => {
  const { state, stock } = soundShop()
  const overtaken = { offset: 8, type: 'stock:changed', userId: null, data: '{"productId":"lamp","stock":3}' }
  const events = [...state.events, { ...overtaken, offset: 9 }, { ...overtaken, offset: 10 }]
  const created = state.events.slice(0, 1)
  const findingsFor = (offsets: number[]) =>
    checkListener(
      { ...stock, received: [...created, ...events.filter(({ offset }) => offsets.includes(offset))] },
      events,
    )
  t.same(findingsFor([10]), [])
  t.match(findingsFor([8, 9]), [{ kind: 'gap' }])
})
