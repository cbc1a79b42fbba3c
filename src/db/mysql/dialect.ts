import { type Dialect, type EventRow, type LockedProduct, orderValues } from '../dialect.js'
import { raw, type Sql, sql } from '../sql.js'
import type { RawTx } from '../transaction.js'
import { bulk } from './bulk.js'
import { unsafeSettings } from './durability.js'
import { hints } from './hints.js'
import { orderChanges } from './order-changes.js'
import { orderIds, orderLists } from './order-index.js'
import { DriverTransaction } from './raw-transaction.js'
import { isRetryable, LOCK_WAIT_TIMEOUT, serverErrno } from './retryable-errors.js'
import { expectRows } from './rows-missing.js'
import { sales } from './sales.js'
import { findErased, HOLD_USER, LOCK_ADMINS } from './user-locks.js'
import { datetime, ID } from './values.js'
import { webhooks } from './webhooks.js'

// The ids are sorted and looked up along the primary key alone, so rows are locked in order.
const forUpdate = (columns: string, table: string, count: number, wait: boolean) => `
  SELECT ${columns} FROM ${table} FORCE INDEX (PRIMARY)
  WHERE id IN (${Array(count).fill('?')})${LIVE[table] ?? ''} ORDER BY id FOR UPDATE${wait ? '' : ' SKIP LOCKED'}`

// UNIX_TIMESTAMP would read the time in the time zone of the session.
const LOCKED_COLUMNS = `id, name, price, stock, low_stock_threshold AS lowStockThreshold,
  TIMESTAMPDIFF(MICROSECOND, '1970-01-01', updated_at) DIV 1000 AS updatedAt`

const LIVE: Record<string, string> = { products: ' AND deleted_at IS NULL' }

const countPending = (count: number, units: string) => `
  SELECT user_id AS userId, COUNT(*) AS open, ${units} AS units FROM orders FORCE INDEX (orders_user_id_status_id_idx)
  WHERE user_id IN (${Array(count).fill('?')}) AND status = 'pending' GROUP BY user_id`

// UNIX_TIMESTAMP is independent of the session time zone.
const NOW = 'SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED) AS now'

const TAKE_STOCK = `
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
    id ${ID} PATH '$[0]', quantity BIGINT PATH '$[1]', orders BIGINT PATH '$[2]')) AS take
  STRAIGHT_JOIN products FORCE INDEX (PRIMARY) ON products.id = take.id
  SET products.stock = products.stock - take.quantity, products.version = products.version + take.orders,
      products.updated_at = ?`

const INTO_ORDERS = `
  INSERT INTO orders (id, user_id, product_id, quantity, unit_price, total_price, status, idempotency_key,
                      key_fingerprint, product_name, checkout_id, note, expires_at, stock_after, metadata,
                      created_at, updated_at)`
const INSERT_ORDER = `${INTO_ORDERS} VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const INSERT_ORDERS = `${INTO_ORDERS}
  SELECT id, user_id, product_id, quantity, unit_price, total_price, 'pending', idempotency_key, key_fingerprint,
         product_name, checkout_id, note, expires_at, stock_after, metadata, ?, ?
  FROM JSON_TABLE(?, '$[*]' COLUMNS (
    id ${ID} PATH '$[0]', user_id ${ID} PATH '$[1]', product_id ${ID} PATH '$[2]', quantity INT PATH '$[3]',
    unit_price INT PATH '$[4]', total_price BIGINT PATH '$[5]', idempotency_key VARCHAR(255) PATH '$[6]',
    key_fingerprint CHAR(43) PATH '$[7]', product_name VARCHAR(400) PATH '$[8]', checkout_id ${ID} PATH '$[9]',
    note VARCHAR(1000) PATH '$[10]', expires_at DATETIME(3) PATH '$[11]', stock_after BIGINT PATH '$[12]',
    metadata TEXT PATH '$[13]')) AS made`

const INSERT_CHECKOUTS = `
  INSERT INTO checkouts (id, user_id, idempotency_key, key_fingerprint, created_at)
  SELECT id, user_id, idempotency_key, key_fingerprint, ?
  FROM JSON_TABLE(?, '$[*]' COLUMNS (
    id ${ID} PATH '$[0]', user_id ${ID} PATH '$[1]', idempotency_key VARCHAR(255) PATH '$[2]',
    key_fingerprint CHAR(43) PATH '$[3]')) AS made`

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
  const affected = await tx.$executeRawUnsafe(INSERT_EVENTS, rows.length, time, JSON.stringify(values))
  expectRows(affected, rows.length)
}

/** MySQL and MariaDB, under READ COMMITTED. */
export const mysql: Dialect = {
  name: 'mysql',
  remote: true,
  bulk,
  orderChanges,
  webhooks,
  sales,
  isBusy: isRetryable,

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
    const rows = await tx.$queryRawUnsafe<(LockedProduct & { stock: bigint; updatedAt: bigint })[]>(
      forUpdate(LOCKED_COLUMNS, 'products', ids.length, wait),
      ...ids.toSorted(),
    )
    return rows.map(
      (row): LockedProduct => ({ ...row, stock: Number(row.stock), updatedAt: Number(row.updatedAt) }),
    )
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

  findErased,

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
    const affected = await tx.$executeRawUnsafe(TAKE_STOCK, JSON.stringify(rows), datetime(at))
    expectRows(affected, takes.length)
  },

  async insertOrders(tx, rows, at) {
    const time = datetime(at)
    const values = rows.map((row) =>
      orderValues({ ...row, expiresAt: row.expiresAt === null ? null : datetime(row.expiresAt) }),
    )
    if (tx instanceof DriverTransaction && tx.takesRows) {
      return tx.executeForEach(
        INSERT_ORDER,
        values.map((row) => [...row, time, time]),
      )
    }
    expectRows(await tx.$executeRawUnsafe(INSERT_ORDERS, time, time, JSON.stringify(values)), rows.length)
  },

  async insertCheckouts(tx, rows, at) {
    const values = rows.map((row) => [row.id, row.userId, row.idempotencyKey, row.keyFingerprint])
    expectRows(
      await tx.$executeRawUnsafe(INSERT_CHECKOUTS, datetime(at), JSON.stringify(values)),
      rows.length,
    )
  },

  findKeys(tx, table, keys) {
    return tx.$queryRawUnsafe(
      `SELECT id, user_id AS userId, idempotency_key AS \`key\`, key_fingerprint AS fingerprint FROM ${table}
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
    expectRows(await tx.$executeRawUnsafe(ADVANCE_OFFSET, count), 1)
    await insertEvents(tx, rows, at)
    const [counter] = await tx.$queryRawUnsafe<{ last: bigint }[]>('SELECT LAST_INSERT_ID() AS last')
    return Number(counter?.last) - count + 1
  },

  async together(tx, statements) {
    if (tx instanceof DriverTransaction) return tx.together(statements)
    for (const statement of statements) await statement()
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

  orderIds,
  orderLists,
  characters: raw('CHAR_LENGTH'),
  ...hints,
}
