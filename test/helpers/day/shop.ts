import type { Test } from 'tap'
import { customer, launch, openPage, openShop } from '../browser.js'
import { noRateLimits } from '../process.js'
import { startReceiver } from '../webhook-receiver.js'

const SKUS = Array.from({ length: 10 }, (_, i) => `SHELF-${i}`)
const STOCK = 40
/** Changes of the stock of the hook after its first twenty, which leave 12. */
const HOOKS = { first: 20, ordered: 5, broken: -3 }

/** Opens a shop at the beginning of a day, and an empty page. */
export async function openDay(t: Test) {
  const shop = await openShop(t, { ...noRateLimits, WEBHOOK_ALLOW_PRIVATE: 'true' })
  const add = async (name: string, sku: string, stock: number) =>
    (await shop.call<{ id: string }>('POST', '/products', { name, sku, price: 24.5, stock })).body.id
  const lamp = await add('Walnut desk lamp', 'LAMP-1', 1_000)
  const mug = await add('Café mug', 'MUG-1', 1_000)
  const hook = await add('Brass hook', 'HOOK-1', HOOKS.first)
  for (const sku of SKUS) await add(`Shelf ${sku}`, sku, STOCK)

  await shop.signUp()
  const { email, password } = customer
  const { accessToken } = (
    await shop.call<{ accessToken: string }>('POST', '/auth/login', { email, password })
  ).body
  const colleague = { name: 'Grace Hopper', email: 'grace@shop.test', password: 'the first bug was a moth' }
  await shop.call('POST', '/auth/register', colleague)
  const key = (
    await shop.call<{ key: string }>('POST', '/api-keys', { name: 'Old till', scopes: ['orders:read'] })
  ).body.key

  let status = 204
  const receiver = await startReceiver(t, (_received, response) =>
    response.writeHead(status).end(status === 204 ? undefined : 'The books are closed'),
  )
  const webhook = { url: receiver.url, description: 'Bookkeeping', types: ['order:created'] }
  await shop.call('POST', '/webhooks', webhook)

  /** Places sixty orders: thirty lamps, and thirty mugs, one of them Ada's. @returns the id of hers */
  async function sixtyOrders(): Promise<string> {
    for (let i = 0; i < 30; i++) await shop.order(lamp)
    for (let i = 0; i < 29; i++) await shop.order(mug)
    const body = { productId: mug, quantity: 2 }
    const headers = { authorization: `Bearer ${accessToken}` }
    return (await shop.call<{ id: string }>('POST', '/orders', body, headers)).body.id
  }
  /** Sells and breaks hooks until 12 are left. */
  async function useHooks(): Promise<void> {
    await shop.order(hook, HOOKS.ordered)
    const breakage = { delta: HOOKS.broken, reason: 'Broken' }
    await shop.call('POST', `/products/${hook}/stock-adjustments`, breakage)
  }
  const answerWith = (code: number) => {
    status = code
  }
  const { page, faults } = await openPage(await launch(t))
  return { shop, page, faults, receiver, colleague, key, mug, SKUS, STOCK, sixtyOrders, useHooks, answerWith }
}

export type Day = Awaited<ReturnType<typeof openDay>>
