import { setTimeout as sleep } from 'node:timers/promises'
import type { OrderView } from '../src/contract/order.js'
import type { ProductView } from '../src/contract/product.js'

const SHOPPERS = 8
/** Mean intervals between a user's actions in milliseconds, at a human pace. */
const BUYS_EVERY_MS = 9_000
const WORKS_EVERY_MS = 1_500
const RESTOCKS_EVERY_MS = 40_000
const CANCEL_SHARE = 0.06

const names = ['Ada', 'Grace', 'Edsger', 'Barbara', 'Alan', 'Margaret', 'Donald', 'Radia']
const oneOf = <T>(list: T[]): T | undefined => list[Math.floor(Math.random() * list.length)]
/** Returns a random (exponentially distributed) interval with the given mean. */
const interval = (mean: number) => Math.min(-Math.log(1 - Math.random()) * mean, mean * 5)

type Call = <T>(method: string, path: string, body?: object) => Promise<T | undefined>

/** Returns a client of the API. It returns undefined for expected rejections (sold out, too late). */
async function signIn(address: string, credentials: { email: string; password: string }): Promise<Call> {
  let token = ''
  const call: Call = async <T>(method: string, path: string, body?: object) => {
    const ask = () =>
      fetch(address + path, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      })
    let answer = await ask()
    if (answer.status === 401) {
      await renew()
      answer = await ask()
    }
    return answer.ok ? ((await answer.json()) as T) : undefined
  }
  const renew = async () => {
    const answer = await fetch(`${address}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials),
    })
    token = ((await answer.json()) as { accessToken: string }).accessToken
  }
  await renew()
  return call
}

/** Repeats `work` at random intervals with the given mean until `signal` aborts. */
async function keepOn(meanMs: number, signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    await sleep(interval(meanMs), undefined, { signal }).catch(() => undefined)
    if (!signal.aborted) await work().catch(() => undefined) // the server is closing
  }
}

async function shop(address: string, name: string, productIds: string[], signal: AbortSignal): Promise<void> {
  const credentials = { email: `${name.toLowerCase()}@example.com`, password: `${name} likes lamps` }
  await fetch(`${address}/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, ...credentials }),
  })
  const call = await signIn(address, credentials)
  await keepOn(BUYS_EVERY_MS, signal, async () => {
    const quantity = 1 + Math.floor(Math.random() ** 3 * 4)
    const order = await call<OrderView>('POST', '/orders', { productId: oneOf(productIds), quantity })
    if (!order || Math.random() > CANCEL_SHARE) return
    await sleep(interval(3_000), undefined, { signal })
    await call('POST', `/orders/${order.id}/cancel`)
  })
}

const next = { pending: 'confirmed', confirmed: 'shipped', shipped: 'delivered' } as const

/** Simulates the staff: advances orders, leaving some to the person watching, and restocks sold-out products. */
function work(call: Call, signal: AbortSignal): Promise<unknown> {
  const moving = keepOn(WORKS_EVERY_MS, signal, async () => {
    const status = oneOf(Object.keys(next) as (keyof typeof next)[]) ?? 'pending'
    const page = await call<{ items: OrderView[] }>('GET', `/orders?scope=all&limit=100&status=${status}`)
    const order = oneOf(page?.items ?? [])
    if (order && (page?.items.length ?? 0) > 6)
      await call('PATCH', `/orders/${order.id}`, { status: next[status] })
  })
  const filling = keepOn(RESTOCKS_EVERY_MS, signal, async () => {
    const page = await call<{ items: ProductView[] }>('GET', '/products?inStock=false&limit=20')
    const product = oneOf(page?.items ?? [])
    if (product)
      await call('POST', `/products/${product.id}/stock-adjustments`, { delta: 40, reason: 'Delivery' })
  })
  return Promise.all([moving, filling])
}

/**
 * Lets simulated users use the shop at `address` through its API at a human pace.
 * @returns when all of them have stopped after `signal` aborts
 */
export async function openDoors(
  address: string,
  admin: { email: string; password: string },
  signal: AbortSignal,
): Promise<void> {
  const call = await signIn(address, admin)
  const pages = await Promise.all(
    ['name', '-name'].map((sort) =>
      call<{ items: ProductView[] }>('GET', `/products?limit=100&sort=${sort}`),
    ),
  )
  const productIds = pages.flatMap((page) => page?.items.map(({ id }) => id) ?? [])
  await Promise.all([
    work(call, signal),
    ...names.slice(0, SHOPPERS).map((name) => shop(address, name, productIds, signal)),
  ])
}
