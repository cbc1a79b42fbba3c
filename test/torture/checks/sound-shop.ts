import type { OrderStatus, OrderView } from '../../../src/contract/order.js'
import { Journal } from '../journal.js'
import type { ListenerRecord } from './listeners.js'
import type { State } from './state.js'

export const EPOCH = 'the log'
const STOCK = 100

export const view = (id: string, quantity: number, status: OrderStatus = 'pending', more = {}) =>
  ({ id, userId: 'ada', productId: 'lamp', quantity, status, checkoutId: null, ...more }) as OrderView

export const IN_CHECKOUT = { checkoutId: 'k' }
const RUG = { ...IN_CHECKOUT, productId: 'rug' }

/**
 * A consistent shop: order a has a key, b has none and is confirmed, c has a key and is cancelled, d was placed but its
 * request got no response; e and f are of the checkout k, and have expired; there is one adjustment of 7, and an import of
 * two products. The ids of all rows ascend in the order of their commits.
 */
export function soundShop() {
  const journal = new Journal()
  journal.initialStock.set('lamp', STOCK).set('rug', 10)
  const request = (quantity: number) => ({ userId: 'ada', productId: 'lamp', quantity })
  journal.acknowledge(request(1), view('a', 1), 'cart-a')
  journal.acknowledge(request(2), view('b', 2))
  journal.orders.get('b')?.attempted.add('confirmed')
  journal.acknowledge(request(3), view('c', 3), 'cart-c')
  journal.orders.get('c')?.statuses.add('cancelled')
  journal.keylessInDoubt.push(request(4))
  const lines = [
    { productId: 'lamp', quantity: 1 },
    { productId: 'rug', quantity: 2 },
  ]
  const use = {
    request: { userId: 'ada', lines, expiresIn: 60 },
    key: 'basket',
    ids: new Set<string>(),
    inDoubt: false,
  }
  journal.checkouts.push(use)
  const basket = [view('e', 1, 'pending', IN_CHECKOUT), view('f', 2, 'pending', RUG)]
  journal.acknowledgeCheckout(use, { id: 'k', orders: basket, totalPrice: 0, expiresAt: null })
  journal.adjustments.set('seven', { productId: 'lamp', delta: 7, state: 'acknowledged' })
  journal.adjustments.set('eight', { productId: 'lamp', delta: 8, state: 'in-doubt' })
  journal.adjustments.set('nine', { productId: 'lamp', delta: -9, state: 'refused' })
  journal.imports.push({ skus: ['F0-0', 'F0-1'], stock: 3, acknowledged: true })
  journal.imports.push({ skus: ['F1-0'], stock: 3, acknowledged: false })

  const row = (
    id: string,
    quantity: number,
    status: OrderStatus,
    { stockAfter, key = null, ...more }: { stockAfter: number; key?: string | null; productId?: string },
  ) => ({ ...request(quantity), id, status, key, checkoutId: null as string | null, stockAfter, ...more })
  const booked = (id: string, delta: number, stockAfter: number, reason: string | null, more = {}) => {
    const cause = reason === 'initial stock' ? 'created' : reason === null ? 'import' : 'adjustment'
    return { id, productId: 'lamp', delta, stockAfter, cause, reason, ...more }
  }
  const drafts: [type: string, data: object][] = [
    ['product:created', { id: 'lamp', stock: STOCK }],
    ...[view('a', 1), view('b', 2), view('c', 3), view('d', 4), ...basket].map((order): [string, object] => [
      'order:created',
      order,
    ]),
    ['order:updated', view('b', 2, 'confirmed')],
    ['order:updated', view('c', 3, 'cancelled')],
    ['order:updated', view('e', 1, 'cancelled', IN_CHECKOUT)],
    ['order:updated', view('f', 2, 'cancelled', RUG)],
    ['stock:changed', { productId: 'lamp', stock: 100 }],
  ]
  const state: State = {
    epoch: EPOCH,
    lastOffset: drafts.length,
    orders: [
      row('a', 1, 'pending', { stockAfter: 99, key: 'cart-a' }),
      row('b', 2, 'confirmed', { stockAfter: 97 }),
      row('c', 3, 'cancelled', { stockAfter: 94, key: 'cart-c' }),
      row('d', 4, 'pending', { stockAfter: 93 }),
      { ...row('e', 1, 'cancelled', { stockAfter: 99 }), ...IN_CHECKOUT },
      { ...row('f', 2, 'cancelled', { stockAfter: 8 }), ...RUG },
    ],
    checkouts: [{ id: 'k', userId: 'ada', key: 'basket' }],
    changes: [
      { id: 'b1', orderId: 'b', cause: null, productId: null, delta: null, stockAfter: null },
      { id: 'c1', orderId: 'c', cause: null, productId: 'lamp', delta: 3, stockAfter: 97 },
      { id: 'f1', orderId: 'e', cause: 'expired', productId: 'lamp', delta: 1, stockAfter: 100 },
      { id: 'f2', orderId: 'f', cause: 'expired', productId: 'rug', delta: 2, stockAfter: 10 },
    ],
    products: [
      { id: 'lamp', sku: null, stock: STOCK - 1 - 2 - 4 + 7 },
      { id: 'rug', sku: null, stock: 10 },
      { id: 'new 0', sku: 'F0-0', stock: 3 },
      { id: 'new 1', sku: 'F0-1', stock: 3 },
    ],
    adjustments: [
      booked('0', STOCK, STOCK, 'initial stock'),
      booked('1', 10, 10, 'initial stock', { productId: 'rug' }),
      booked('2', 3, 3, null, { productId: 'new 0' }),
      booked('3', 3, 3, null, { productId: 'new 1' }),
      booked('d1', 7, 100, 'seven'),
    ],
    webhooks: [],
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

export type Shop = ReturnType<typeof soundShop>
