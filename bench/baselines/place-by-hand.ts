/**
 * Places an order with better-sqlite3 alone: the same rows as the program writes, in a transaction of its own,
 * synchronous=FULL.
 */
import Database from 'better-sqlite3'
import { newId } from '../../src/ids.js'

export interface Wanted {
  userId: string
  productId: string
  quantity: number
}

/**
 * Opens `file`. @returns a function that places an order and returns it, or undefined if there is not enough stock.
 */
export function openByHand(file: string) {
  const db = new Database(file, { timeout: 5_000 })
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  db.pragma('cache_size = -65536')
  const find = db.prepare<[string], { name: string; price: number; stock: number }>(
    'SELECT name, price, stock FROM products WHERE id = ? AND deleted_at IS NULL',
  )
  const take = db.prepare(
    'UPDATE products SET stock = stock - ?, version = version + 1, updated_at = ? WHERE id = ? AND stock >= ?',
  )
  const insertOrder = db.prepare(
    `INSERT INTO orders (id, user_id, product_id, quantity, unit_price, total_price, status, product_name, stock_after,
                         created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?)`,
  )
  const advance = db.prepare<[], { last_offset: number }>(
    'UPDATE event_counter SET last_offset = last_offset + 2 WHERE id = 1 RETURNING last_offset',
  )
  const insertEvent = db.prepare(
    'INSERT INTO events ("offset", type, user_id, data, created_at) VALUES (?, ?, ?, ?, ?)',
  )

  const place = db.transaction(({ userId, productId, quantity }: Wanted) => {
    const product = find.get(productId)
    const at = Date.now()
    if (!product || take.run(quantity, at, productId, quantity).changes === 0) return undefined
    const id = newId()
    const total = product.price * quantity
    const left = product.stock - quantity
    insertOrder.run(id, userId, productId, quantity, product.price, total, product.name, left, at, at)
    const time = new Date(at).toISOString()
    const prices = { unitPrice: product.price / 100, totalPrice: total / 100 }
    const order = {
      id,
      checkoutId: null,
      userId,
      productId,
      productName: product.name,
      quantity,
      ...prices,
      status: 'pending' as const,
      note: null,
      metadata: null,
      expiresAt: null,
      createdAt: time,
      updatedAt: time,
    }
    const last = advance.get()?.last_offset ?? 0
    insertEvent.run(last - 1, 'order:created', userId, JSON.stringify(order), at)
    const change = { productId, stock: left }
    insertEvent.run(last, 'stock:changed', null, JSON.stringify(change), at)
    return order
  })
  return { place: (wanted: Wanted) => place.immediate(wanted), close: () => db.close() }
}
