import t, { type Test } from 'tap'
import { createSecretBox } from '../../src/accounts/mfa/secret-box.js'
import { createStockAdjustment } from '../../src/catalog/adjust-stock.js'
import { createProductChanges } from '../../src/catalog/change-products.js'
import type { Db } from '../../src/db/db.js'
import { createIdempotency } from '../../src/idempotency/idempotency.js'
import type { Remember } from '../../src/idempotency/remember.js'
import { addUser } from '../helpers/engine-db.js'
import { doubts } from '../helpers/lost-answers.js'
import { orderEngine } from '../helpers/order-engine.js'

async function engine(t: Test, doubting: (db: Db) => Db) {
  const shop = await orderEngine(t, { around: doubting })
  const { db, eventLog, userId } = shop
  const box = createSecretBox({
    secrets: ['of the test: thirty-two characters'],
    purpose: 'idempotency',
  })
  const { run } = createIdempotency({ db, box })
  const admin = { userId: await addUser(db, 'admin') }
  const options = { db: doubting(db), eventLog, lowStockThreshold: 10 }
  const products = { ...createProductChanges(options), ...createStockAdjustment(options) }
  const once = <T>(id: string, make: (remember: Remember<T>) => Promise<T>) =>
    run({ id, ownerId: userId, fingerprint: () => id }, make, (result: T) => ({
      status: 200,
      headers: {},
      body: JSON.stringify(result, (_, value) => (typeof value === 'bigint' ? Number(value) : value)),
    }))
  return { ...shop, once, admin, products }
}

for (const [outcome, doubting] of doubts) {
  t.test(`a change under a key is made once if its first attempt ${outcome}`, async (t) => {
    const { db, eventLog, orders, once, products, admin, basket, draft, productId, stock } = await engine(
      t,
      doubting,
    )
    const order = async () => (await orders.place(draft({ quantity: 2 }))).order.id
    const lines = [{ productId, quantity: 3 }]
    const checkout = async () => (await orders.checkout(basket(lines))).checkout.id
    const [moved, cancelled, bulk, basketId] = [await order(), await order(), await order(), await checkout()]
    const changes: [name: string, make: (remember: Remember<unknown>) => Promise<unknown>, events: number][] =
      [
        ['adjust', (remember) => products.adjustStock(productId, 5, 'Delivery', { ...admin, remember }), 1],
        ['edit', (remember) => products.update(productId, { stock: 50 }, { ...admin, remember }), 2],
        [
          'create',
          (remember) => products.create({ name: 'Desk', price: 5, stock: 3 }, { ...admin, remember }),
          1,
        ],
        ['move', (remember) => orders.edit(moved, { status: 'confirmed', note: 'Ring' }, { remember }), 1],
        ['cancel', (remember) => orders.cancel(cancelled, { remember }), 2],
        ['bulk', (remember) => orders.changeStatuses([bulk, 'none'], 'cancelled', undefined, remember), 2],
        ['move checkout', (remember) => orders.changeCheckoutStatus(basketId, 'confirmed', { remember }), 1],
        ['cancel checkout', (remember) => orders.cancelCheckout(basketId, { remember }), 2],
      ]
    for (const [name, make, events] of changes) {
      const head = await eventLog.head()
      const first = await once(name, make)
      t.equal((await eventLog.head()) - head, events, `${name} is made once`)
      t.equal(await db.read.idempotencyKey.count({ where: { id: name } }), 1)
      const again = await once(name, async () => t.fail(`${name} is made again`))
      t.same(again, { answer: first.answer, replayed: true }, `${name} is replayed`)
      t.equal((await eventLog.head()) - head, events)
    }
    t.equal(await stock(), 50 + 2 + 2 + 3)
  })
}
