import t from 'tap'
import { checkAdjustments, checkBooks } from './books.js'
import { checkCheckouts } from './checkouts.js'
import type { Finding } from './finding.js'
import { checkImports } from './imports.js'
import { checkLedger, checkReturns } from './ledger.js'
import { checkListener, type ListenerRecord } from './listeners.js'
import { checkLog } from './log.js'
import { checkOrders } from './orders.js'
import { EPOCH, type Shop, soundShop, view } from './sound-shop.js'

const findingsOf = ({ journal, state, all, own }: Shop): Finding[] => [
  ...journal.findings,
  ...checkOrders(state, journal),
  ...checkAdjustments(state, journal),
  ...checkBooks(state),
  ...checkLedger(state),
  ...checkReturns(state),
  ...checkCheckouts(state, journal),
  ...checkImports(state, journal),
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

/** Adds a copy of a row, changed by `changes`. */
const repeat = <T extends object>(rows: T[], at: number, changes: Partial<T> = {}) => {
  const row = rows.at(at)
  if (row) rows.push({ ...row, ...changes })
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
  'an adjustment was made twice': ['doubled', (shop) => repeat(shop.state.adjustments, -1)],
  'a refused adjustment was made': [
    'doubled',
    ({ state }) => repeat(state.adjustments, -1, { delta: -9, reason: 'nine' }),
  ],
  'stock does not add up': ['books', (shop) => Object.assign(shop.state.products[0] ?? {}, { stock: 99 })],
  'stock is below zero': ['books', (shop) => Object.assign(shop.state.products[0] ?? {}, { stock: -1 })],
  'a row of the ledger is missing': ['books', ({ state }) => state.changes.splice(1, 1)],
  'a row of the ledger has another stock': [
    'books',
    ({ state }) => Object.assign(state.orders[1] ?? {}, { stockAfter: 98 }),
  ],
  'the stock changed without the ledger': [
    'books',
    ({ state }) => Object.assign(state.products[1] ?? {}, { stock: 11 }),
  ],
  'an expired order returned its stock twice': [
    'books',
    ({ state }) => repeat(state.changes, -1, { id: 'f3', stockAfter: 12 }),
  ],
  'an order that is not cancelled returned its stock': [
    'books',
    ({ state }) => repeat(state.changes, -1, { id: 'f3', orderId: 'b', stockAfter: 12 }),
  ],
  'an order without a lifetime has expired': [
    'lost',
    (shop) => Object.assign(order(shop, 'a'), { status: 'cancelled' }),
  ],
  'a checkout is missing': ['lost', ({ state }) => state.checkouts.pop()],
  'a checkout lacks an order': ['lost', (shop) => drop(shop, 'f')],
  'a checkout has an order more': ['lost', ({ state }) => repeat(state.orders, -1, { id: 'g' })],
  'a checkout of a refused request is there': [
    'doubled',
    ({ state }) => {
      state.checkouts.push({ id: 'l', userId: 'ada', key: 'another' })
      repeat(state.orders, -1, { id: 'g', checkoutId: 'l' })
    },
  ],
  'half a checkout in doubt is there': [
    'doubled',
    ({ state, journal }) => {
      const [use] = journal.checkouts
      if (use) journal.checkouts.push({ ...use, key: 'another', ids: new Set(), inDoubt: true })
      state.checkouts.push({ id: 'l', userId: 'ada', key: 'another' })
      repeat(state.orders, -1, { id: 'g', checkoutId: 'l' })
    },
  ],
  'a key returned two checkouts': ['doubled', ({ journal }) => journal.checkouts[0]?.ids.add('l')],
  'a line of an import is missing': ['lost', ({ state }) => state.products.splice(2, 1)],
  'a file that broke off has a gap': [
    'lost',
    ({ state, journal }) => {
      Object.assign(journal.imports[0] ?? {}, { acknowledged: false })
      state.products.splice(2, 1)
    },
  ],
  'a line of an import was booked twice': [
    'doubled',
    ({ state }) => repeat(state.adjustments, 3, { id: '4' }),
  ],
  'a product was never imported': ['doubled', ({ state }) => repeat(state.products, -1, { sku: 'X' })],
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
  journal.acknowledge({ userId: 'ada', productId: 'lamp', quantity: 1 }, view('x', 2))
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
  const end = state.events.length
  const overtaken = {
    offset: end,
    type: 'stock:changed',
    userId: null,
    data: '{"productId":"lamp","stock":3}',
  }
  const events = [...state.events, { ...overtaken, offset: end + 1 }, { ...overtaken, offset: end + 2 }]
  const created = state.events.slice(0, 1)
  const findingsFor = (offsets: number[]) =>
    checkListener(
      { ...stock, received: [...created, ...events.filter(({ offset }) => offsets.includes(offset))] },
      events,
    )
  t.same(findingsFor([end + 2]), [])
  t.match(findingsFor([end, end + 1]), [{ kind: 'gap' }])
})
