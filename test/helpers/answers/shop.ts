import type { App } from '../../../src/app.js'
import { originOfUser } from '../../../src/stream/origin.js'
import { signIn } from '../app.js'
import { addProduct } from '../books.js'
import { createPeople } from './people.js'

/** A shop with a row for every operation. */
export type Shop = Awaited<ReturnType<typeof createShop>>

export async function createShop(app: App) {
  const [admin, buyer] = [await signIn(app, 'admin'), await signIn(app)]
  const [bystander, leaver, victim] = [await signIn(app), await signIn(app), await signIn(app)]
  const people = await createPeople(app)
  const [productId, doomed] = [await addProduct(app), await addProduct(app)]
  const place = async () =>
    (await app.orders.place({ userId: buyer.id, productId, quantity: 1, idempotencyKey: null })).order.id
  const [orderId, cancelled] = [await place(), await place()]
  const lines = [{ productId, quantity: 1 }]
  const { checkout } = await app.orders.checkout({ userId: buyer.id, lines, idempotencyKey: null })

  const others = await app.db.read.user.findMany({ where: { role: 'admin', NOT: { id: admin.id } } })
  for (const { id } of others) await app.users.change(id, { role: 'customer' }) // leaving `admin` the last
  const apiKey = await app.apiKeys.create({ name: 'Printer', scopes: ['orders:read'] }, admin.id)
  const newWebhook = () => app.webhooks.create({ url: 'https://receiver.invalid/' }, originOfUser(admin.id))
  const [webhook, doomedWebhook] = [await newWebhook(), await newWebhook()]

  return {
    app,
    admin,
    buyer,
    bystander,
    leaver,
    victim,
    ...people,
    productId,
    doomed,
    orderId,
    cancelled,
    checkoutId: checkout.id,
    apiKey,
    webhook,
    doomedWebhook,
  }
}
