import type { Action } from './actions.js'

const buyer = { user: 0, expires: true } as const

/** A script in which every kind of action succeeds, is refused, and is repeated with its key. */
export const TOUR: Action[][] = [
  [
    { kind: 'order', ...buyer, product: 0, quantity: 2, key: 0, twice: true },
    {
      kind: 'checkout',
      ...buyer,
      items: [
        { product: 1, quantity: 1 },
        { product: 0, quantity: 1 },
      ],
      key: 0,
      twice: true,
    },
    { kind: 'order', ...buyer, product: 3, quantity: 1 },
    {
      kind: 'checkout',
      ...buyer,
      items: [
        { product: 3, quantity: 1 },
        { product: 0, quantity: 1 },
      ],
    },
    { kind: 'adjust', product: 4, delta: -5, key: 0, twice: true },
  ],
  [
    { kind: 'again', request: 0 },
    { kind: 'again', request: 1 },
    { kind: 'again', request: 2 },
    { kind: 'order', ...buyer, product: 0, quantity: 3, key: 0 },
    { kind: 'checkout', ...buyer, items: [{ product: 4, quantity: 2 }] },
    { kind: 'edit', product: 4, price: 19.99, stock: 7, key: 0, twice: true },
  ],
  [
    { kind: 'move', order: 0, note: 'Ring twice', match: 'stale' },
    { kind: 'move-checkout', checkout: 0, status: 'confirmed', key: 0, twice: true },
    { kind: 'cancel-checkout', user: 0, checkout: 1, key: 0, twice: true },
  ],
  [
    { kind: 'move', order: 0, note: 'Ring twice', match: 'current', key: 1 },
    { kind: 'bulk', orders: [1, 2, 3], status: 'shipped', key: 0, twice: true },
  ],
  [
    { kind: 'expire', order: 0 },
    { kind: 'order', ...buyer, product: 4, quantity: 1 },
  ],
  [
    { kind: 'cancel', user: 0, order: 4, key: 0, twice: true },
    { kind: 'delete', product: 1 },
  ],
  [
    { kind: 'cancel', user: 2, order: 1 },
    { kind: 'order', ...buyer, product: 1, quantity: 1 },
    { kind: 'delete', product: 1 },
    { kind: 'adjust', product: 1, delta: 1 },
  ],
  [{ kind: 'restore', product: 1, key: 0, twice: true }],
  [
    { kind: 'restore', product: 1, key: 0 },
    { kind: 'restore', product: 1 },
    { kind: 'order', ...buyer, product: 1, quantity: 1 },
  ],
]
