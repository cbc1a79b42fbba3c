import { type Dialect, type LockedProduct, orderValues } from '../dialect.js'
import { join, raw, sql } from '../sql.js'
import { bulk } from './bulk.js'
import { orderChanges } from './order-changes.js'
import { indexOrders, orderIds, orderLists } from './order-index.js'
import { direct } from './raw-transaction.js'
import { isRetryable } from './retryable-errors.js'
import { sales } from './sales.js'
import { webhooks } from './webhooks.js'

const PRODUCT = `
  SELECT id, name, price, stock, low_stock_threshold AS lowStockThreshold, updated_at AS updatedAt
  FROM products WHERE id = ? AND deleted_at IS NULL`

const ENABLED_ADMINS = "SELECT id FROM users WHERE role = 'admin' AND disabled = 0"

const ERASED = 'SELECT id FROM users WHERE id = ? AND erased_at IS NOT NULL'

const countPending = (units: string) =>
  `SELECT COUNT(*) AS open, ${units} AS units FROM orders WHERE user_id = ? AND status = 'pending'`

const TAKE_STOCK = 'UPDATE products SET stock = stock - ?, version = version + ?, updated_at = ? WHERE id = ?'

const INSERT_ORDER = `
  INSERT INTO orders (id, user_id, product_id, quantity, unit_price, total_price, status, idempotency_key,
                      key_fingerprint, product_name, checkout_id, note, expires_at, stock_after, metadata,
                      created_at, updated_at)
  VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

const INSERT_CHECKOUT =
  'INSERT INTO checkouts (id, user_id, idempotency_key, key_fingerprint, created_at) VALUES (?, ?, ?, ?, ?)'

const INSERT_EVENT = `
  INSERT INTO events ("offset", type, user_id, data, created_at, actor_type, actor_id, request_id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`

/** SQLite has a single writer, so rows read in a write transaction stay unchanged until its commit. */
export const sqlite: Dialect = {
  name: 'sqlite',
  remote: false,
  bulk,
  orderChanges,
  webhooks,
  sales,

  isBusy: isRetryable,

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

  async findErased(tx, ids) {
    const { get } = direct(tx)
    return ids.flatMap((id) => get<{ id: string }>(ERASED, id)?.id ?? [])
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
    for (const row of rows) run(INSERT_ORDER, ...orderValues(row), at, at)
  },

  async insertCheckouts(tx, rows, at) {
    const { run } = direct(tx)
    for (const { id, userId, idempotencyKey, keyFingerprint } of rows)
      run(INSERT_CHECKOUT, id, userId, idempotencyKey, keyFingerprint, at)
  },

  findKeys(tx, table, keys) {
    return tx.$queryRawUnsafe(
      `SELECT made.id, made.user_id AS "userId", made.idempotency_key AS "key", made.key_fingerprint AS fingerprint
       FROM json_each(?) AS wanted
       JOIN ${table} AS made ON made.user_id = wanted.value ->> 0 AND made.idempotency_key = wanted.value ->> 1`,
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

  compareKeys(columns, operator, values) {
    return sql`(${raw(columns.join(', '))}) ${raw(operator)} (${join(values)})`
  },

  indexOrders,
  orderIds,
  orderLists,
  characters: raw('LENGTH'),
  driving: raw('CROSS JOIN'),
  soldOut: raw('products.stock = 0'),
  alongOrders: {
    id: raw('INDEXED BY sqlite_autoindex_orders_1'), // the table itself, which has no row ids
    user: raw('INDEXED BY orders_user_id_id_idx'),
    userStatus: raw('INDEXED BY orders_user_id_status_id_idx'),
    status: raw('INDEXED BY orders_status_id_idx'),
    checkout: raw('INDEXED BY orders_checkout_id_idx'),
  },
  along: {
    id: raw('INDEXED BY products_deleted_at_id_idx'),
    price: raw('INDEXED BY products_deleted_at_price_id_idx'),
    name: raw('INDEXED BY products_deleted_at_name_sort_id_idx'),
    soldOut: raw('INDEXED BY products_stock_id_idx'),
  },
}
