import { customer, type Shop } from '../browser.js'
import type { startReceiver } from '../webhook-receiver.js'

/** The ids of the records that the states show. */
export interface Things {
  order: string
  product: string
  person: string
  webhook: string
}

interface Named {
  id: string
}

/** Fills a shop with one of everything that a page shows. */
export async function fillShop(
  shop: Shop,
  receiver: Awaited<ReturnType<typeof startReceiver>>,
): Promise<Things> {
  const add = async <T = Named>(path: string, body: object) => (await shop.call<T>('POST', path, body)).body
  const { id: webhook } = await add('/webhooks', { url: receiver.url, description: 'Bookkeeping' })
  const lamp = { name: 'Walnut desk lamp', sku: 'LAMP-1', price: 24.5, stock: 40, metadata: { shelf: 'B 7' } }
  const { id: product } = await add('/products', lamp)
  const mug = await shop.makeProduct('Café mug', 100)
  await shop.makeProduct('Brass hook', 3)
  await shop.makeProduct('Sold out', 0)
  await shop.call('DELETE', `/products/${await shop.makeProduct('Old vase', 2)}`)
  const items = [product, mug].map((productId) => ({ productId, quantity: 2 }))
  const checkout = { items, note: 'Gift wrap', expiresIn: 7_200, metadata: { channel: 'till' } }
  const { orders } = await add<{ orders: Named[] }>('/checkouts', checkout)
  for (const status of ['confirmed', 'shipped', 'delivered', 'cancelled']) {
    const { id } = await add('/orders', { productId: mug, quantity: 1 })
    if (status === 'cancelled') await shop.call('POST', `/orders/${id}/cancel`)
    else
      for (const step of ['confirmed', 'shipped', 'delivered']) {
        await shop.call('PATCH', `/orders/${id}`, { status: step })
        if (step === status) break
      }
  }
  await shop.signUp()
  const { items: people } = (
    await shop.call<{ items: Named[] }>('GET', `/users?q=${encodeURIComponent(customer.email)}`)
  ).body
  await add('/api-keys', { name: 'Old till', scopes: ['orders:read'] })
  await receiver.until(1)
  return { order: orders[0]?.id ?? '', product, person: people[0]?.id ?? '', webhook }
}
