/**
 * Hand-written Fastify and mariadb driver: one transaction per order, which locks the product's row first and the log
 * counter last to avoid deadlocks. It writes the same rows to the same schema as the program.
 */
import jwt from '@fastify/jwt'
import Fastify from 'fastify'
import { createPool, type PoolConnection } from 'mariadb'
import { connectionSettings } from '../../src/db/mysql/connection.js'
import { newId } from '../../src/ids.js'
import { optionsOf, ready } from '../child.js'

const { databaseUrl, secret } = optionsOf<{ databaseUrl: string; secret: string }>()
const pool = createPool({ ...connectionSettings(databaseUrl), connectionLimit: 10, acquireTimeout: 30_000 })

interface Wanted {
  userId: string
  productId: string
  quantity: number
}

async function place(connection: PoolConnection, { userId, productId, quantity }: Wanted) {
  const [product]: { name: string; price: number; stock: bigint }[] = await connection.query(
    'SELECT name, price, stock FROM products WHERE id = ? AND deleted_at IS NULL FOR UPDATE',
    [productId],
  )
  if (!product || product.stock < quantity) return undefined
  const id = newId()
  const at = new Date()
  const total = product.price * quantity
  await connection.query(
    'UPDATE products SET stock = stock - ?, version = version + 1, updated_at = ? WHERE id = ?',
    [quantity, at, productId],
  )
  await connection.query(
    `INSERT INTO orders (id, user_id, product_id, quantity, unit_price, total_price, status, product_name, stock_after,
                         created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?)`,
    [
      id,
      userId,
      productId,
      quantity,
      product.price,
      total,
      product.name,
      Number(product.stock) - quantity,
      at,
      at,
    ],
  )
  const time = at.toISOString()
  const prices = { unitPrice: product.price / 100, totalPrice: total / 100 }
  const order = {
    id,
    checkoutId: null,
    userId,
    productId,
    productName: product.name,
    quantity,
    ...prices,
    status: 'pending',
    note: null,
    expiresAt: null,
    createdAt: time,
    updatedAt: time,
  }
  const stock = { productId, stock: Number(product.stock) - quantity }
  await connection.query('UPDATE event_counter SET last_offset = last_offset + 2 WHERE id = 1')
  const [counter]: { last_offset: bigint }[] = await connection.query(
    'SELECT last_offset FROM event_counter WHERE id = 1',
  )
  const last = counter?.last_offset ?? 0n
  await connection.query(
    'INSERT INTO events (`offset`, type, user_id, data, created_at) VALUES (?, ?, ?, ?, ?), (?, ?, ?, ?, ?)',
    [
      last - 1n,
      'order:created',
      userId,
      JSON.stringify(order),
      at,
      last,
      'stock:changed',
      null,
      JSON.stringify(stock),
      at,
    ],
  )
  return order
}

const app = Fastify()
await app.register(jwt, { secret, verify: { algorithms: ['HS256'], cache: true } })
app.post<{ Body: Omit<Wanted, 'userId'> }>(
  '/orders',
  { onRequest: (request) => request.jwtVerify() },
  async (request, reply) => {
    const connection = await pool.getConnection()
    try {
      await connection.beginTransaction()
      const order = await place(connection, { userId: request.user.sub, ...request.body })
      await connection.commit()
      if (!order) return reply.code(409).send({ message: 'there is not enough' })
      return reply.code(201).header('location', `/orders/${order.id}`).send(order)
    } catch (error) {
      await connection.rollback()
      throw error
    } finally {
      await connection.release()
    }
  },
)

const address = await app.listen({ port: 0, host: '127.0.0.1' })
ready({ address }, {}, async () => {
  await app.close()
  await pool.end()
})
