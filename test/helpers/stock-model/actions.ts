import fc from 'fast-check'
import { type OrderStatus, orderStatuses } from '../../../src/contract/order.js'

/** Units of a product. */
export interface Item {
  product: number
  quantity: number
}

/** An idempotency key. With `twice`, the request is sent twice at once, to different nodes. */
export interface Keyed {
  key?: number | undefined
  twice?: boolean | undefined
}

/** An action in the shop. Users, products, orders and checkouts are indices, taken modulo. */
export type Action =
  | ({ kind: 'order'; user: number; expires: boolean } & Item & Keyed)
  | ({ kind: 'checkout'; user: number; items: Item[]; expires: boolean } & Keyed)
  | ({ kind: 'cancel'; user: number; order: number } & Keyed)
  | ({ kind: 'cancel-checkout'; user: number; checkout: number } & Keyed)
  | ({
      kind: 'move'
      order: number
      status?: OrderStatus | undefined
      note?: string | null | undefined
      match?: 'current' | 'stale' | undefined
    } & Keyed)
  | ({ kind: 'move-checkout'; checkout: number; status: OrderStatus } & Keyed)
  | ({ kind: 'bulk'; orders: number[]; status: OrderStatus } & Keyed)
  | ({ kind: 'adjust'; product: number; delta: number } & Keyed)
  | ({ kind: 'edit'; product: number; price?: number | undefined; stock?: number | undefined } & Keyed)
  | { kind: 'delete'; product: number }
  | ({ kind: 'restore'; product: number } & Keyed)
  /** Lets a pending order expire, and with it the others of its checkout. */
  | { kind: 'expire'; order: number }
  /** Repeats an earlier request with a key. */
  | { kind: 'again'; request: number }

export const STOCKS = [30, 6, 1, 0, 1_000]
export const PRICES = [0, 0.01, 0.1, 19.99, 24.5, 1_000_000]
const NOTES = ['Ring twice', 'Leave it at the door', null]

const index = fc.nat(9)
const product = fc.nat(STOCKS.length - 1)
const user = fc.nat(2) // the last is an admin
const quantity = fc.integer({ min: 1, max: 8 })
const expires = fc.boolean()
const status = fc.constantFrom('confirmed' as const, ...orderStatuses)
const key = fc.option(fc.nat(9), { nil: undefined, freq: 2 })
const twice = fc.constantFrom(undefined, undefined, true)

/** Draws actions of `kind`. */
const of = <K extends string, T>(kind: K, fields: { [F in keyof T]: fc.Arbitrary<T[F]> }) =>
  fc.record({ kind: fc.constant(kind), ...fields }) as fc.Arbitrary<{ kind: K } & T>

const changes = fc
  .record({ price: fc.constantFrom(undefined, ...PRICES), stock: fc.option(fc.nat(20), { nil: undefined }) })
  .filter(({ price, stock }) => price !== undefined || stock !== undefined)

const edits = fc
  .record({
    status: fc.option(status, { nil: undefined, freq: 2 }),
    note: fc.constantFrom(undefined, undefined, ...NOTES),
    match: fc.constantFrom(undefined, undefined, 'current' as const, 'stale' as const),
  })
  .filter(({ status, note }) => status !== undefined || note !== undefined)

const items = fc.uniqueArray(fc.record({ product, quantity }), {
  minLength: 1,
  maxLength: 4,
  selector: (item) => item.product,
})

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: of('order', { user, product, quantity, expires, key, twice }) },
  { weight: 8, arbitrary: of('checkout', { user, items, expires, key, twice }) },
  { weight: 4, arbitrary: of('cancel', { user, order: index, key, twice }) },
  { weight: 3, arbitrary: of('cancel-checkout', { user, checkout: index, key, twice }) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(of('move', { order: index, key, twice }), edits)
      .map(([move, edit]) => ({ ...move, ...edit })),
  },
  { weight: 3, arbitrary: of('move-checkout', { checkout: index, status, key, twice }) },
  {
    weight: 3,
    arbitrary: of('bulk', {
      orders: fc.uniqueArray(index, { minLength: 1, maxLength: 6 }),
      status,
      key,
      twice,
    }),
  },
  {
    weight: 3,
    arbitrary: of('adjust', {
      product,
      delta: fc.integer({ min: -12, max: 12 }).filter((delta) => delta !== 0),
      key,
      twice,
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(of('edit', { product, key, twice }), changes)
      .map(([edit, change]) => ({ ...edit, ...change })),
  },
  { weight: 2, arbitrary: of('delete', { product }) },
  { weight: 3, arbitrary: of('restore', { product, key, twice }) },
  { weight: 4, arbitrary: of('expire', { order: index }) },
  { weight: 4, arbitrary: of('again', { request: index }) },
)

/** Rounds of actions: a round is sent concurrently, and the next one waits for all its responses. */
export const rounds = fc.array(fc.array(action, { minLength: 1, maxLength: 16, size: 'max' }), {
  minLength: 1,
  maxLength: 8,
  size: 'max',
})
