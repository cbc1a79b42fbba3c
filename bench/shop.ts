/** The shop in which orders are placed: the same for the program and its rivals. */
import { randomBytes } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { migrate, openDb } from '../src/db/open.js'
import { newId } from '../src/ids.js'
import type { Shot } from './load.js'

const STOCK = 1_000_000_000
const HOUR_SECONDS = 3600
/** Signs the tokens of a run. */
export const SECRET = randomBytes(32).toString('hex')

export interface Shop {
  url: string
  userId: string
  productIds: string[]
  /** Access tokens. */
  customer: string
  admin: string
}

/** Signs an access token like the program's, but valid for longer than fifteen minutes. */
export const tokenOf = (sub: string, role: 'customer' | 'admin') =>
  jwt.sign({ sub, role, sid: newId() }, SECRET, {
    issuer: 'stockroom',
    audience: 'stockroom',
    expiresIn: 6 * HOUR_SECONDS,
  })

/**
 * Creates a shop in the empty database `url`: a customer, an admin, and products with their initial stock recorded.
 */
export async function makeShop(url: string, products = 1_000): Promise<Shop> {
  await migrate(url)
  const db = await openDb(url)
  const [userId, adminId] = [newId(), newId()]
  const at = new Date()
  const times = { createdAt: at, updatedAt: at }
  const productIds = Array.from({ length: products }, newId)
  await db.write(async (tx) => {
    for (const [id, role] of [
      [userId, 'customer'],
      [adminId, 'admin'],
    ] as const)
      await tx.user.create({
        data: { id, name: role, email: `${role}@bench.test`, password: '', role, ...times },
      })
    await tx.product.createMany({
      data: productIds.map((id, i) => {
        const name = `Walnut desk lamp, number ${i}`
        return { id, name, nameSort: name.toLowerCase(), price: 1999, stock: STOCK, ...times }
      }),
    })
    await tx.stockAdjustment.createMany({
      data: productIds.map((productId) => ({
        id: newId(),
        productId,
        userId: adminId,
        delta: STOCK,
        stockAfter: STOCK,
        createdAt: at,
      })),
    })
  })
  await db.close()
  return { url, userId, productIds, customer: tokenOf(userId, 'customer'), admin: tokenOf(adminId, 'admin') }
}

/** Returns as many checkouts as there are products, of `lines` products each that overlap, by the shop's customer. */
export const checkoutShots = ({ customer }: Shop, productIds: string[], lines: number): Shot[] =>
  productIds.map((_id, i) => {
    const at = (line: number) => productIds[(i + line * 211) % productIds.length]
    const items = Array.from({ length: lines }, (_line, line) => ({ productId: at(line), quantity: 1 }))
    return {
      method: 'POST',
      path: '/checkouts',
      headers: { authorization: `Bearer ${customer}`, 'content-type': 'application/json' },
      body: JSON.stringify({ items }),
    }
  })

/** Returns one order of a single unit for each of `productIds`, by the shop's customer. */
export const orderShots = ({ customer }: Shop, productIds: string[], path = '/orders'): Shot[] =>
  productIds.map((productId) => ({
    method: 'POST',
    path,
    headers: { authorization: `Bearer ${customer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ productId, quantity: 1 }),
  }))
