import type { Dialect, EventRow, LockedProduct } from '../dialect.js'
import { raw, type Sql, sql } from '../sql.js'
import type { RawTx } from '../transaction.js'
import { bulk } from './bulk.js'
import { unsafeSettings } from './durability.js'
import { DriverTransaction } from './raw-transaction.js'
import { isTransient, LOCK_WAIT_TIMEOUT, serverErrno } from './transient-errors.js'
import { datetime, ID } from './values.js'

// The ids are sorted and looked up along the primary key alone, so rows are locked in order.
const forUpdate = (columns: string, table: string, count: number, wait: boolean) => `
  SELECT ${columns} FROM ${table} FORCE INDEX (PRIMARY)
  WHERE id IN (${Array(count).fill('?')})${LIVE[table] ?? ''} ORDER BY id FOR UPDATE${wait ? '' : ' SKIP LOCKED'}`

const LIVE: Record<string, string> = { products: ' AND deleted_at IS NULL' }

const countPending = (count: number, units: string) => `
  SELECT user_id AS userId, COUNT(*) AS open, ${units} AS units FROM orders FORCE INDEX (orders_user_id_status_id_idx)
  WHERE user_id IN (${Array(count).fill('?')}) AND status = 'pending' GROUP BY user_id`

// UNIX_TIMESTAMP is independent of the session time zone.
const NOW = 'SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED) AS now'

// A shared lock, as taken by an order's foreign key check: FOR UPDATE would make order batches wait for a
// sign-in. MariaDB has no FOR SHARE.
const HOLD_USER = 'SELECT id FROM users WHERE id = ? LOCK IN SHARE MODE'

// Along one index, so that all transactions lock the rows in the same order.
const LOCK_ADMINS = `
  SELECT id, disabled + 0 AS disabled FROM users FORCE INDEX (users_role_id_idx)
  WHERE role = 'admin' ORDER BY id FOR UPDATE`

const TAKE_STOCK = `
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
    id ${ID} PATH '$[0]', quantity BIGINT PATH '$[1]', orders BIGINT PATH '$[2]')) AS take
  STRAIGHT_JOIN products FORCE INDEX (PRIMARY) ON products.id = take.id
  SET products.stock = products.stock - take.quantity, products.version = products.version + take.orders,
      products.updated_at = ?`

const INTO_ORDERS = `
  INSERT INTO orders (id, user_id, product_id, quantity, unit_price, total_price, status, idempotency_key,
                      created_at, updated_at)`
const INSERT_ORDER = `${INTO_ORDERS} VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?)`
const INSERT_ORDERS = `${INTO_ORDERS}
  SELECT id, user_id, product_id, quantity, unit_price, total_price, 'pending', idempotency_key, ?, ?
  FROM JSON_TABLE(?, '$[*]' COLUMNS (
    id ${ID} PATH '$[0]', user_id ${ID} PATH '$[1]', product_id ${ID} PATH '$[2]', quantity INT PATH '$[3]',
    unit_price INT PATH '$[4]', total_price BIGINT PATH '$[5]', idempotency_key VARCHAR(255) PATH '$[6]')) AS made`

const ADVANCE_OFFSET = 'UPDATE event_counter SET last_offset = LAST_INSERT_ID(last_offset + ?) WHERE id = 1'

// LAST_INSERT_ID() is the log counter as just advanced.
const INTO_EVENTS =
  'INSERT INTO events (`offset`, type, user_id, data, created_at, actor_type, actor_id, request_id)'
const INSERT_EVENT = `${INTO_EVENTS} VALUES (LAST_INSERT_ID() - ?, ?, ?, ?, ?, ?, ?, ?)`
const INSERT_EVENTS = `${INTO_EVENTS}
  SELECT LAST_INSERT_ID() - ? + place, type, user_id, data, ?, actor_type, actor_id, request_id
  FROM JSON_TABLE(?, '$[*]' COLUMNS (
    place FOR ORDINALITY, type VARCHAR(32) PATH '$[0]', user_id ${ID} PATH '$[1]', data TEXT PATH '$[2]',
    actor_type VARCHAR(8) PATH '$[3]', actor_id ${ID} PATH '$[4]', request_id VARCHAR(36) PATH '$[5]')) AS told`

const INSERT_TERMS = `
  INSERT INTO product_terms (term, product_id, signature)
  SELECT term, ?, ? FROM JSON_TABLE(?, '$[*]' COLUMNS (term VARCHAR(64) PATH '$')) AS terms`

/** Inserts `rows` with the offsets just reserved by ADVANCE_OFFSET. */
async function insertEvents(tx: RawTx, rows: EventRow[], at: number): Promise<void> {
  const time = datetime(at)
  if (tx instanceof DriverTransaction && tx.takesRows) {
    const last = rows.length - 1
    const values = rows.map((row, i) => [
      last - i,
      row.type,
      row.userId,
      row.data,
      time,
      row.actorType,
      row.actorId,
      row.requestId,
    ])
    return tx.executeForEach(INSERT_EVENT, values)
  }
  const values = rows.map((row) => [
    row.type,
    row.userId,
    row.data,
    row.actorType,
    row.actorId,
    row.requestId,
  ])
  await tx.$executeRawUnsafe(INSERT_EVENTS, rows.length, time, JSON.stringify(values))
}

/** MySQL and MariaDB, under READ COMMITTED. */
export const mysql: Dialect = {
  name: 'mysql',
  remote: true,
  bulk,
  isBusy: isTransient,

  async now(reader) {
    const [row] = await reader.$queryRawUnsafe<{ now: bigint }[]>(NOW)
    return Number(row?.now)
  },

  unsafeSettings,

  ago(ms) {
    return sql`(UTC_TIMESTAMP(3) - INTERVAL ${ms * 1000} MICROSECOND)`
  },

  async holdUser(tx, id) {
    await tx.$queryRawUnsafe(HOLD_USER, id)
  },

  isRowHeld: (error) => serverErrno(error) === LOCK_WAIT_TIMEOUT,

  async lockProducts(tx, ids, wait) {
    const rows = await tx.$queryRawUnsafe<{ id: string; price: number; stock: bigint }[]>(
      forUpdate('id, price, stock', 'products', ids.length, wait),
      ...ids.toSorted(),
    )
    return rows.map((row): LockedProduct => ({ ...row, stock: Number(row.stock) }))
  },

  async lockUsers(tx, ids, wait) {
    const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
      forUpdate('id', 'users', ids.length, wait),
      ...ids.toSorted(),
    )
    return rows.map(({ id }) => id)
  },

  async lockAdmins(tx) {
    const rows = await tx.$queryRawUnsafe<{ id: string; disabled: unknown }[]>(LOCK_ADMINS)
    return rows.flatMap(({ id, disabled }) => (Number(disabled) === 0 ? [id] : []))
  },

  async findRows(tx, table, ids) {
    const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
      `SELECT id FROM ${table} WHERE id IN (${Array(ids.length).fill('?')})${LIVE[table] ?? ''}`,
      ...ids,
    )
    return rows.map(({ id }) => id)
  },

  async countPending(tx, ids, withUnits) {
    const rows = await tx.$queryRawUnsafe<{ userId: string; open: bigint; units: unknown }[]>(
      countPending(ids.length, withUnits ? 'SUM(quantity)' : '0'),
      ...ids,
    )
    return rows.map((row) => ({ ...row, open: Number(row.open), units: Number(row.units) }))
  },

  async takeStock(tx, takes, at) {
    const rows = takes.map((take) => [take.id, take.quantity, take.orders])
    await tx.$executeRawUnsafe(TAKE_STOCK, JSON.stringify(rows), datetime(at))
  },

  async insertOrders(tx, rows, at) {
    const time = datetime(at)
    const values = rows.map((r) => [
      r.id,
      r.userId,
      r.productId,
      r.quantity,
      r.unitPrice,
      r.totalPrice,
      r.idempotencyKey,
    ])
    if (tx instanceof DriverTransaction && tx.takesRows) {
      return tx.executeForEach(
        INSERT_ORDER,
        values.map((row) => [...row, time, time]),
      )
    }
    await tx.$executeRawUnsafe(INSERT_ORDERS, time, time, JSON.stringify(values))
  },

  findOrderKeys(tx, keys) {
    return tx.$queryRawUnsafe(
      `SELECT id, user_id AS userId, idempotency_key AS \`key\` FROM orders
       WHERE (user_id, idempotency_key) IN (${Array(keys.length).fill('(?, ?)')})`,
      ...keys.flatMap(({ userId, key }) => [userId, key]),
    )
  },

  async appendEvents(tx, rows, at) {
    const count = rows.length
    if (tx instanceof DriverTransaction) {
      let last = 0
      await tx.together([
        async () => {
          last = await tx.executeForId(ADVANCE_OFFSET, count)
        },
        () => insertEvents(tx, rows, at),
      ])
      return last - count + 1
    }
    await tx.$executeRawUnsafe(ADVANCE_OFFSET, count)
    await insertEvents(tx, rows, at)
    const [counter] = await tx.$queryRawUnsafe<{ last: bigint }[]>('SELECT LAST_INSERT_ID() AS last')
    return Number(counter?.last) - count + 1
  },

  async together(tx, statements) {
    if (tx instanceof DriverTransaction) return tx.together(statements)
    for (const statement of statements) await statement()
  },

  async insertTerms(tx, productId, terms, signature) {
    await tx.$executeRawUnsafe(INSERT_TERMS, productId, signature, JSON.stringify(terms))
  },

  // Row-value comparisons do not use an index here; OR branches with equal leading columns are range scans.
  compareKeys(columns, operator, values) {
    const compare = (i: number, how: string) => sql`${raw(`${columns[i]} ${how}`)} ${values[i]}`
    const strict = operator.charAt(0)
    const from = (i: number): Sql =>
      i === columns.length - 1
        ? compare(i, operator)
        : sql`(${compare(i, strict)} OR (${compare(i, '=')} AND ${from(i + 1)}))`
    return from(0)
  },

  driving: raw('STRAIGHT_JOIN'),
  soldOut: raw('products.sold_out = 1 AND products.deleted_at IS NULL'),
  along: {
    id: raw('FORCE INDEX (products_deleted_at_id_idx)'),
    price: raw('FORCE INDEX (products_deleted_at_price_id_idx)'),
    name: raw('FORCE INDEX (products_deleted_at_name_sort_id_idx)'),
    soldOut: raw('FORCE INDEX (products_sold_out_deleted_at_id_idx)'),
  },
}
