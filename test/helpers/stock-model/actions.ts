import fc from 'fast-check'
import type { App } from '../../../src/app.js'
import { type OrderStatus, orderStatuses } from '../../../src/contract/order.js'
import { signIn } from '../app.js'
import { injectPatiently } from '../patience.js'

/** An action in the shop. Users, products and earlier orders are indices, taken modulo. */
export type Action =
  | { kind: 'order'; user: number; product: number; quantity: number; key?: string | undefined }
  | { kind: 'cancel'; user: number; order: number }
  | { kind: 'move'; order: number; status: OrderStatus }
  | { kind: 'adjust'; product: number; delta: number }
  | { kind: 'edit'; product: number; price?: number | undefined; stock?: number | undefined }
  | { kind: 'delete'; product: number }

/** An action with its response. */
export interface Done {
  action: Action
  status: number
  body: Record<string, unknown>
  replayed: boolean
  /** The acting user. */
  userId: string
  /** The product or order acted on; undefined if there was no order yet. */
  target: string | undefined
}

const STOCKS = [30, 6, 1, 0, 1_000]
const PRICES = [0, 0.01, 0.1, 19.99, 24.5, 1_000_000]

const index = fc.nat(9)
const product = fc.nat(STOCKS.length - 1)
const user = fc.nat(2) // the last is an admin
const quantity = fc.integer({ min: 1, max: 8 })

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      user,
      product,
      quantity,
      key: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined, freq: 2 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('cancel' as const), user, order: index }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      order: index,
      status: fc.constantFrom('confirmed' as const, ...orderStatuses),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('adjust' as const),
      product,
      delta: fc.integer({ min: -12, max: 12 }).filter((delta) => delta !== 0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .record(
        {
          kind: fc.constant('edit' as const),
          product,
          price: fc.constantFrom(...PRICES),
          stock: fc.nat(20),
        },
        { requiredKeys: ['kind', 'product'] },
      )
      .filter(({ price, stock }) => price !== undefined || stock !== undefined),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), product }) },
)

/** Rounds of actions: a round is sent concurrently, and the next one waits for all its responses. */
export const rounds = fc.array(fc.array(action, { minLength: 1, maxLength: 16, size: 'max' }), {
  minLength: 1,
  maxLength: 8,
  size: 'max',
})

/** Creates a shop with its own products and users in `app`. */
export async function openShop(app: App) {
  const admin = await signIn(app, 'admin')
  const users = [await signIn(app), await signIn(app), admin]
  const products: { id: string; price: number; stock: number }[] = []
  for (const [i, stock] of STOCKS.entries()) {
    const payload = { name: `Lamp ${i}`, price: PRICES[i] ?? 1, stock }
    products.push((await app.inject({ method: 'POST', url: '/products', ...admin, payload })).json())
  }
  const orders: string[] = []
  const pick = <T>(from: T[], at: number) => from[at % from.length] as T

  /** Resolves the actor, target and request of `action`. */
  const requestOf = (action: Action) => {
    const actor = 'user' in action ? pick(users, action.user) : admin
    const target = 'product' in action ? pick(products, action.product).id : pick(orders, action.order)
    const ask = (method: 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object, fields = {}) => ({
      target,
      userId: actor.id,
      request: { method, url, ...(payload && { payload }), headers: { ...actor.headers, ...fields } },
    })
    switch (action.kind) {
      case 'order': {
        const { quantity, key } = action
        return ask('POST', '/orders', { productId: target, quantity }, key && { 'idempotency-key': key })
      }
      case 'cancel':
        return ask('POST', `/orders/${target}/cancel`)
      case 'move':
        return ask('PATCH', `/orders/${target}`, { status: action.status })
      case 'adjust':
        return ask('POST', `/products/${target}/stock-adjustments`, { delta: action.delta })
      case 'edit':
        return ask('PATCH', `/products/${target}`, { price: action.price, stock: action.stock })
      case 'delete':
        return ask('DELETE', `/products/${target}`)
    }
  }

  return {
    products,
    /** Sends all `actions` concurrently. */
    async round(actions: Action[]): Promise<Done[]> {
      const done = await Promise.all(
        actions.map(async (action): Promise<Done> => {
          const { target, userId, request } = requestOf(action)
          const answer = await injectPatiently(app, request)
          const body = answer.body === '' ? {} : answer.json()
          const replayed = answer.headers['idempotent-replayed'] === 'true'
          return { action, status: answer.statusCode, body, replayed, userId, target }
        }),
      )
      for (const { action, status, body, replayed } of done)
        if (action.kind === 'order' && status === 201 && !replayed) orders.push(String(body.id))
      return done
    },
  }
}
