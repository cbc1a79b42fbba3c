import type { Test } from 'tap'
import type { Order, Product, User } from '#prisma'
import { insertUser } from '../../src/accounts/users/user-terms.js'
import { createProductChanges } from '../../src/catalog/change-products.js'
import { orderStatuses } from '../../src/contract/order.js'
import { newId } from '../../src/ids.js'
import type { OrderSearch } from '../../src/orders/search/filter.js'
import { termsOf } from '../../src/search/tokenize.js'
import { engineDb } from './engine-db.js'
import { orderRow } from './order-row.js'

const NAMES = ['Walnut desk set', 'Walnut lamp set', 'Oak lamp set', 'Café mug set']
const PEOPLE = ['Ada Lovelace', 'Grace Hopper', 'Oak Lovelace', 'Erased Person']
export interface Shop {
  db: Awaited<ReturnType<typeof engineDb>>['db']
  users: User[]
  products: Product[]
  place(count: number): Promise<void>
  /** Adds the next orders to the lagging indexes, if the database has any. */
  index(limit: number): Promise<void>
  changes: ReturnType<typeof createProductChanges>
}

/** Opens a shop of four products and four customers. */
export async function shop(t: Test): Promise<Shop> {
  const { db, eventLog } = await engineDb(t)
  const at = new Date()
  const users: User[] = []
  for (const name of PEOPLE)
    users.push(
      await db.write((tx) =>
        insertUser(tx, {
          id: newId(),
          name,
          email: `${name.toLowerCase().replace(' ', '.')}@shop.test`,
          password: '',
          createdAt: at,
          updatedAt: at,
        }),
      ),
    )
  const userId = users[0]?.id ?? ''
  const changes = createProductChanges({ db, eventLog, lowStockThreshold: 0 })
  for (const name of NAMES) await changes.create({ name, price: 1, stock: 1 }, { userId })
  const products = await db.read.product.findMany({ orderBy: { id: 'asc' } })
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  const checkouts = [newId(), newId()]
  return {
    db,
    users,
    products,
    changes,
    index: (limit) =>
      db.write(async (tx) => {
        await db.dialect.indexOrders?.(tx, limit, '~', '')
      }),
    async place(count) {
      const fresh = await db.read.product.findMany()
      const names = new Map(fresh.map(({ id, name }) => [id, name]))
      const rows = Array.from({ length: count }, () => {
        const [user, product] = [users[random(users.length)], products[random(products.length)]]
        const productId = product?.id ?? ''
        const row = { userId: user?.id ?? '', productId, productName: names.get(productId) ?? '' }
        const checkoutId = random(4) === 0 ? (checkouts[random(2)] ?? null) : null
        return orderRow({ ...row, checkoutId, totalPrice: 100 * (1 + random(5)) })
      })
      await db.write(async (tx) => {
        await db.dialect.insertOrders(tx, rows, Date.now())
        for (const { id } of rows)
          await tx.order.updateMany({
            where: { id },
            data: { status: orderStatuses[random(orderStatuses.length)] ?? 'pending' },
          })
      })
    },
  }
}

export type Row = Order & { user: User }

const startsAny = (names: string[], term: string) => names.some((name) => name.startsWith(term))

/** The definition of a search, order by order. */
function matches(search: OrderSearch, { user, ...order }: Row): boolean {
  const { userId, statuses, productId, checkoutId, from, to, minTotal, maxTotal, q = '' } = search
  const person = search.byCustomer && user.erasedAt === null ? user : undefined
  const names = [...termsOf(order.productName), ...(person ? [...termsOf(person.name), person.email] : [])]
  const words = q.split(' ').filter((word) => word !== '')
  const created = order.createdAt.getTime()
  return (
    (userId === undefined || order.userId === userId) &&
    (statuses === undefined || statuses.some((status) => status === order.status)) &&
    (productId === undefined || order.productId === productId) &&
    (checkoutId === undefined || order.checkoutId === checkoutId) &&
    (from === undefined || created >= from) &&
    (to === undefined || created < to) &&
    (minTotal === undefined || order.totalPrice >= minTotal) &&
    (maxTotal === undefined || order.totalPrice <= maxTotal) &&
    words.every(
      (word) =>
        order.id.startsWith(word) ||
        order.checkoutId?.startsWith(word) ||
        person?.email.startsWith(word) ||
        termsOf(word).every((term) => startsAny(names, term)),
    )
  )
}

export const rowsOf = ({ db }: Shop): Promise<Row[]> => db.read.order.findMany({ include: { user: true } })

/** Returns the ids of a search as a filter and a sort of all orders give them. */
export function expected(search: OrderSearch, rows: Row[]): string[] {
  const { sort = '-createdAt' } = search
  const sign = sort.startsWith('-') ? -1 : 1
  const byTotal = (a: Row, b: Row) =>
    sort.endsWith('totalPrice') ? Number(a.totalPrice) - Number(b.totalPrice) : 0
  return rows
    .filter((row) => matches(search, row))
    .sort((a, b) => sign * (byTotal(a, b) || (a.id < b.id ? -1 : 1)))
    .map(({ id }) => id)
}
