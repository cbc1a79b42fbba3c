import type { InjectOptions } from 'fastify'
import type { App } from '../../../src/app.js'
import type { CheckoutView } from '../../../src/contract/checkout.js'
import type { OrderView } from '../../../src/contract/order.js'
import { signIn } from '../app.js'
import { injectPatiently } from '../patience.js'
import { type Action, type Item, PRICES, STOCKS } from './actions.js'

/** An action with a request of its own. */
export type Request = Exclude<Action, { kind: 'expire' | 'again' }>

/** A request with its response. */
export interface Done {
  action: Request
  status: number
  body: Record<string, unknown>
  replayed: boolean
  /** The acting user. */
  userId: string
  isAdmin: boolean
  /** Ids of the products, orders or checkout acted on. */
  targets: string[]
  /** The version of the order named in If-Match. */
  version?: string
  /** What the key of the request is compared with; undefined without a key. */
  keyed?: { key: string; fingerprint: string }
}

type Sending = Omit<Done, 'status' | 'body' | 'replayed'> & { request: InjectOptions }

/** The longest: orders must not expire by themselves on a slow machine. */
export const LIFETIME_S = 604_800
/** An id that does not exist yet. */
const NONE = 'none'

/**
 * Creates a shop with its own products and users.
 * @param nodes processes on one database, which take turns
 */
export async function openShop(nodes: [App, ...App[]]) {
  const [app] = nodes
  const admin = await signIn(app, 'admin')
  const users = [await signIn(app), await signIn(app), admin]
  const products: { id: string; name: string; price: number; stock: number }[] = []
  for (const [i, stock] of STOCKS.entries()) {
    const payload = { name: `Lamp ${i}`, price: PRICES[i] ?? 1, stock }
    products.push((await app.inject({ method: 'POST', url: '/products', ...admin, payload })).json())
  }
  const orders: OrderView[] = []
  const checkouts: string[] = []
  const withKeys: Sending[] = []
  let turn = 0
  const nextNode = () => nodes[turn++ % nodes.length] ?? app
  const pick = <T>(from: T[], at: number): T | undefined => from[at % from.length]
  const productId = (at: number) => pick(products, at)?.id ?? NONE
  const orderId = (at: number) => pick(orders, at)?.id ?? NONE

  /** Resolves the user, the targets and the request of `action`. */
  async function resolve(action: Request): Promise<Sending> {
    const actor = ('user' in action && pick(users, action.user)) || admin
    const key = 'key' in action ? action.key : undefined
    const ask = (
      targets: string[],
      method: 'POST' | 'PATCH' | 'DELETE',
      url: string,
      payload?: object,
      headers = {},
    ): Sending => ({
      action,
      targets,
      userId: actor.id,
      isAdmin: actor === admin,
      request: {
        method,
        url,
        ...(payload && { payload }),
        headers: {
          ...actor.headers,
          ...headers,
          ...(key !== undefined && { 'idempotency-key': `${action.kind} ${key}` }),
        },
      },
      ...(key !== undefined && {
        keyed: {
          key: `${actor.id} ${action.kind} ${key}`,
          fingerprint: JSON.stringify([method, url, payload]),
        },
      }),
    })
    const terms = (expires: boolean) => (expires ? { expiresIn: LIFETIME_S } : {})
    const line = ({ product, quantity }: Item) => ({ productId: productId(product), quantity })
    switch (action.kind) {
      case 'order': {
        const one = line(action)
        return ask([one.productId], 'POST', '/orders', { ...one, ...terms(action.expires) })
      }
      case 'checkout': {
        const items = action.items.map(line)
        const ids = items.map((item) => item.productId)
        return ask(ids, 'POST', '/checkouts', { items, ...terms(action.expires) })
      }
      case 'cancel': {
        const id = orderId(action.order)
        return ask([id], 'POST', `/orders/${id}/cancel`)
      }
      case 'cancel-checkout': {
        const id = pick(checkouts, action.checkout) ?? NONE
        return ask([id], 'POST', `/checkouts/${id}/cancel`)
      }
      case 'move': {
        const { status, note, match } = action
        const id = orderId(action.order)
        const payload = { ...(status && { status }), ...(note !== undefined && { note }) }
        if (match === undefined) return ask([id], 'PATCH', `/orders/${id}`, payload)
        const { headers, body } = await app.inject({ url: `/orders/${id}`, ...admin })
        const isCurrent = match === 'current' && headers.etag !== undefined
        const etag = isCurrent ? headers.etag : '"stale"'
        return {
          ...ask([id], 'PATCH', `/orders/${id}`, payload, { 'if-match': etag }),
          version: isCurrent ? JSON.parse(body).updatedAt : 'stale',
        }
      }
      case 'move-checkout': {
        const id = pick(checkouts, action.checkout) ?? NONE
        return ask([id], 'PATCH', `/checkouts/${id}`, { status: action.status })
      }
      case 'bulk': {
        const ids = [...new Set(action.orders.map(orderId))]
        return ask(ids, 'POST', '/orders/status', { ids, status: action.status })
      }
      case 'adjust': {
        const id = productId(action.product)
        return ask([id], 'POST', `/products/${id}/stock-adjustments`, { delta: action.delta })
      }
      case 'edit': {
        const { price, stock } = action
        const id = productId(action.product)
        const payload = { ...(price !== undefined && { price }), ...(stock !== undefined && { stock }) }
        return ask([id], 'PATCH', `/products/${id}`, payload)
      }
      case 'delete': {
        const id = productId(action.product)
        return ask([id], 'DELETE', `/products/${id}`)
      }
      case 'restore': {
        const id = productId(action.product)
        return ask([id], 'POST', `/products/${id}/restore`)
      }
    }
  }

  async function send({ request, ...about }: Sending): Promise<Done> {
    const answer = await injectPatiently(nextNode(), request)
    const body = answer.body === '' ? {} : answer.json()
    const replayed = answer.headers['idempotent-replayed'] === 'true'
    return { ...about, status: answer.statusCode, body, replayed }
  }

  /** @returns the ids of the orders expiring now, unless they are changed first */
  async function expire(at: number): Promise<string[]> {
    const order = pick(orders, at)
    if (!order) return []
    const { id, checkoutId } = order
    const alike = orders.filter((one) => one.id === id || (checkoutId && one.checkoutId === checkoutId))
    await app.db.write((tx) =>
      tx.order.updateMany({
        where: {
          id: { in: alike.map((one) => one.id) },
          status: 'pending',
          expiresAt: { not: null },
        },
        data: { expiresAt: new Date(Date.now() - 1) },
      }),
    )
    return alike.map((one) => one.id)
  }

  async function act(action: Request): Promise<Done[]> {
    const sending = await resolve(action)
    if (sending.keyed) withKeys.push(sending)
    const times = sending.keyed && 'twice' in action && action.twice ? 2 : 1
    return Promise.all(Array.from({ length: times }, () => send(sending)))
  }

  return {
    products,
    /** Sends all `actions` concurrently, and lets everything due expire. */
    async round(actions: Action[]): Promise<{ done: Done[]; due: string[] }> {
      const due: string[] = []
      const known = [...withKeys]
      const done = await Promise.all(
        actions.map(async (action) => {
          if (action.kind === 'expire') {
            due.push(...(await expire(action.order)))
            return []
          }
          if (action.kind !== 'again') return act(action)
          const earlier = pick(known, action.request)
          return earlier ? [await send(earlier)] : []
        }),
      )
      const { expiry } = nextNode().orders
      while (Number(await expiry.untilNextExpiry()) <= 0) await expiry.expireDue()
      for (const { action, status, body, replayed } of done.flat()) {
        if (status !== 201 || replayed) continue
        if (action.kind === 'order') orders.push(body as unknown as OrderView)
        if (action.kind === 'checkout') {
          const { id, orders: placed } = body as unknown as CheckoutView
          checkouts.push(id)
          orders.push(...placed)
        }
      }
      return { done: done.flat(), due }
    },
  }
}
