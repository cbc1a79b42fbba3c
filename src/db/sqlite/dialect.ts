import type { Dialect, LockedProduct } from '../dialect.js'
import { driverCause, prismaCode, sqliteCode } from '../driver-error.js'
import { join, raw, sql } from '../sql.js'
import { bulk } from './bulk.js'
import { direct } from './raw-transaction.js'

const PRODUCT = 'SELECT id, price, stock FROM products WHERE id = ? AND deleted_at IS NULL'

const ENABLED_ADMINS = "SELECT id FROM users WHERE role = 'admin' AND disabled = 0"

const countPending = (units: string) =>
  `SELECT COUNT(*) AS open, ${units} AS units FROM orders WHERE user_id = ? AND status = 'pending'`

const TAKE_STOCK = 'UPDATE products SET stock = stock - ?, version = version + ?, updated_at = ? WHERE id = ?'

const INSERT_ORDER = `
  INSERT INTO orders (id, user_id, product_id, quantity, unit_price, total_price, status, idempotency_key,
                      created_at, updated_at)
  VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?)`

const INSERT_EVENT = `
  INSERT INTO events ("offset", type, user_id, data, created_at, actor_type, actor_id, request_id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`

/** SQLite has a single writer, so rows read in a write transaction stay unchanged until its commit. */
export const sqlite: Dialect = {
  name: 'sqlite',
  remote: false,
  bulk,

  isBusy(error) {
    const cause = driverCause(error)
    // P1008 and P2034 are Prisma's codes for SQLITE_BUSY and a write conflict in a typed query.
    return (
      cause?.originalCode?.startsWith('SQLITE_BUSY') === true ||
      cause?.kind === 'SocketTimeout' ||
      sqliteCode(error)?.startsWith('SQLITE_BUSY') === true ||
      ['P1008', 'P2034'].includes(prismaCode(error) ?? '')
    )
  },

  // All processes using a file run on one machine and share its clock.
  now: async () => Date.now(),
  unsafeSettings: async () => [], // every file is opened with synchronous=FULL

  ago(ms) {
    return sql`${Date.now() - ms}`
  },

  async holdUser() {},

  // No row locks: a writer locks the whole file.
  isRowHeld: () => false,

  async lockProducts(tx, ids) {
    const { get } = direct(tx)
    return ids.flatMap((id) => get<LockedProduct>(PRODUCT, id) ?? [])
  },

  async lockUsers(tx, ids) {
    const { get } = direct(tx)
    return ids.flatMap((id) => get<{ id: string }>('SELECT id FROM users WHERE id = ?', id)?.id ?? [])
  },

  async lockAdmins(tx) {
    const rows = await tx.$queryRawUnsafe<{ id: string }[]>(ENABLED_ADMINS)
    return rows.map(({ id }) => id)
  },

  // Every existing row was locked, so the rest do not exist.
  findRows: async () => [],

  async countPending(tx, ids, withUnits) {
    const { get } = direct(tx)
    const count = countPending(withUnits ? 'COALESCE(SUM(quantity), 0)' : '0')
    return ids.flatMap((userId) => {
      const pending = get<{ open: number; units: number }>(count, userId)
      return pending ? { userId, ...pending } : []
    })
  },

  async takeStock(tx, takes, at) {
    const { run } = direct(tx)
    for (const { id, quantity, orders } of takes) run(TAKE_STOCK, quantity, orders, at, id)
  },

  async insertOrders(tx, rows, at) {
    const { run } = direct(tx)
    for (const { id, userId, productId, quantity, unitPrice, totalPrice, idempotencyKey } of rows)
      run(INSERT_ORDER, id, userId, productId, quantity, unitPrice, totalPrice, idempotencyKey, at, at)
  },

  findOrderKeys(tx, keys) {
    return tx.$queryRawUnsafe(
      `SELECT orders.id, orders.user_id AS "userId", orders.idempotency_key AS "key"
       FROM json_each(?) AS wanted
       JOIN orders ON orders.user_id = wanted.value ->> 0 AND orders.idempotency_key = wanted.value ->> 1`,
      JSON.stringify(keys.map(({ userId, key }) => [userId, key])),
    )
  },

  async appendEvents(tx, rows, at) {
    const { get, run } = direct(tx)
    const counter = get<{ last: number }>(
      'UPDATE event_counter SET last_offset = last_offset + ? WHERE id = 1 RETURNING last_offset AS last',
      rows.length,
    )
    if (!counter) throw new Error('the log has no counter')
    const first = counter.last - rows.length + 1
    let offset = first
    for (const { type, userId, data, actorType, actorId, requestId } of rows)
      run(INSERT_EVENT, offset++, type, userId, data, at, actorType, actorId, requestId)
    return first
  },

  async together(_tx, statements) {
    for (const statement of statements) await statement()
  },

  async insertTerms(tx, productId, terms, signature) {
    await tx.$executeRawUnsafe(
      'INSERT INTO product_terms (term, product_id, signature) SELECT value, ?, ? FROM json_each(?)',
      productId,
      signature,
      JSON.stringify(terms),
    )
  },

  compareKeys(columns, operator, values) {
    return sql`(${raw(columns.join(', '))}) ${raw(operator)} (${join(values)})`
  },

  driving: raw('CROSS JOIN'),
  soldOut: raw('products.stock = 0'),
  along: {
    id: raw('INDEXED BY products_deleted_at_id_idx'),
    price: raw('INDEXED BY products_deleted_at_price_id_idx'),
    name: raw('INDEXED BY products_deleted_at_name_sort_id_idx'),
    soldOut: raw('INDEXED BY products_stock_id_idx'),
  },
}
