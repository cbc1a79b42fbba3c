import type { Test } from 'tap'
import { insertUser } from '../../src/accounts/users/user-terms.js'
import { createProductChanges } from '../../src/catalog/change-products.js'
import { newId } from '../../src/ids.js'
import { engineDb } from './engine-db.js'
import { orderRow } from './order-row.js'

const LOOKS = ['Walnut', 'Oak', 'Copper', 'Linen']
const THINGS = ['lamp', 'desk', 'kettle', 'mug', 'rug', 'chair', 'vase', 'bowl']
const PEOPLE = ['Ada', 'Grace', 'Alan', 'Edsger']

/** Opens a shop of 32 products and 40 customers, in which any number of orders can be placed at once. */
export async function grownShop(t: Test) {
  const { db, eventLog } = await engineDb(t)
  const at = new Date()
  const userIds = Array.from({ length: 40 }, newId)
  for (const [i, id] of userIds.entries()) {
    const name = `${PEOPLE[i % PEOPLE.length]} ${i % 8 === 0 ? 'Oakley' : 'Jones'}`
    const user = { id, name, email: `person${i}@shop.test`, password: '', createdAt: at, updatedAt: at }
    await db.write((tx) => insertUser(tx, user))
  }
  const changes = createProductChanges({ db, eventLog, lowStockThreshold: 0 })
  const [userId = ''] = userIds
  for (const look of LOOKS)
    for (const thing of THINGS)
      await changes.create({ name: `${look} ${thing}`, price: 1, stock: 1 }, { userId })
  const products = await db.read.product.findMany({ orderBy: { id: 'asc' } })
  let placed = 0
  const place = async (count: number) => {
    for (const end = placed + count; placed < end; ) {
      const rows = Array.from({ length: Math.min(400, end - placed) }, () => {
        const i = placed++
        const product = products[(i * 7) % products.length]
        const user = (Math.imul(i, 48_271) >>> 8) % userIds.length
        const row = { userId: userIds[user] ?? '', productId: product?.id ?? '' }
        // A thing costs more the later it is in the list: totals tell of words.
        const totalPrice = 1_000 * (1 + THINGS.indexOf(product?.name.split(' ')[1] ?? '')) + (i % 10)
        return orderRow({ ...row, productName: product?.name ?? '', totalPrice })
      })
      await db.write(async (tx) => {
        await db.dialect.insertOrders(tx, rows, Date.now())
        await tx.order.updateMany({
          where: {
            id: {
              in: rows.filter((_, i) => (Math.imul(placed + i, 69_621) >>> 8) % 20 === 0).map(({ id }) => id),
            },
          },
          data: { status: 'cancelled' },
        })
        await db.dialect.indexOrders?.(tx, rows.length, '~', '')
      })
    }
  }
  return { db, place, userId, productId: products[5]?.id ?? '' }
}
