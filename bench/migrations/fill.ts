/** A shop as 0.1.0 left it: the first migration, and rows by plain SQL. */
import { loadMigrations } from '../../src/db/migrations.js'
import { newId } from '../../src/ids.js'
import { openPlain, type Plain } from './plain.js'

export interface Size {
  orders: number
  products: number
}

const ORDERS_PER_USER = 30
const ROWS = 5_000
const WORDS = 'oak,walnut,copper,linen,desk,lamp,kettle,mug,chair,shelf,small,large'.split(',')

const HISTORY = `CREATE TABLE _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at DATETIME, migration_name VARCHAR(255) NOT NULL,
  logs TEXT, rolled_back_at DATETIME, started_at DATETIME NOT NULL, applied_steps_count INTEGER NOT NULL DEFAULT 0)`

async function applyFirst(db: Plain, provider: 'sqlite' | 'mysql'): Promise<void> {
  const [first] = await loadMigrations(provider)
  if (!first) throw new Error('there are no migrations')
  await db.run(first.sql)
  // As Prisma's, which stores milliseconds.
  await db.run(provider === 'sqlite' ? HISTORY : HISTORY.replaceAll('DATETIME', 'DATETIME(3)'))
  const now = db.time(Date.now())
  await db.run(
    'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at) VALUES (?, ?, ?, ?, ?)',
    [newId(), first.checksum, first.name, now, now],
  )
}

/** Inserts `count` rows in transactions of some thousands. */
async function insert(
  db: Plain,
  table: string,
  columns: string,
  count: number,
  row: (i: number) => (string | number)[],
) {
  const names = columns.split(' ')
  const sql = `INSERT INTO ${table} (${names.map((name) => `\`${name}\``)}) VALUES (${names.map(() => '?')})`
  for (let start = 0; start < count; start += ROWS)
    await db.runAll(
      sql,
      Array.from({ length: Math.min(ROWS, count - start) }, (_, i) => row(start + i)),
    )
}

/** Returns the same number from 0 to `count` - 1 for the same `i`, scattered (Knuth's multiplicative hash). */
const scatter = (i: number, count: number) => (Math.imul(i + 1, 2_654_435_761) >>> 0) % count

/** Creates the first schema at `url`, with a ledger, search terms and events beside the orders. */
export async function fill(url: string, { orders, products }: Size): Promise<void> {
  const db = await openPlain(url, { durable: false })
  await applyFirst(db, url.startsWith('file:') ? 'sqlite' : 'mysql')
  const now = db.time(Date.now())
  const users = Array.from({ length: Math.ceil(orders / ORDERS_PER_USER) }, () => newId())
  const ids = Array.from({ length: products }, () => newId())
  const userOf = (i: number) => users[scatter(i, users.length)] ?? ''
  const word = (i: number) => WORDS[i % WORDS.length] ?? ''
  const words = (i: number) => [word(i), `${word(i >> 2)}s`, `no${i}`]

  await insert(db, 'users', 'id name email password created_at updated_at', users.length, (i) => [
    users[i] ?? '',
    `Customer ${i}`,
    `customer-${i}@mail.test`,
    '',
    now,
    now,
  ])
  const product = 'id name name_sort price stock created_at updated_at'
  await insert(db, 'products', product, products, (i) => {
    const name = words(i).join(' ')
    return [ids[i] ?? '', name, name, 100 + (i % 5_000), 1_000_000, now, now]
  })
  await insert(db, 'product_terms', 'term product_id', products * 3, (i) => {
    const at = Math.floor(i / 3)
    return [words(at)[i % 3] ?? '', ids[at] ?? '']
  })
  await insert(db, 'stock_adjustments', 'id product_id user_id delta reason created_at', products, (i) => [
    newId(),
    ids[i] ?? '',
    users[0] ?? '',
    1_000_000,
    'initial stock',
    now,
  ])
  const order = 'id user_id product_id quantity unit_price total_price created_at updated_at'
  await insert(db, 'orders', order, orders, (i) => {
    const price = 100 + (i % 5_000)
    return [newId(), userOf(i), ids[scatter(i * 7, products)] ?? '', 1, price, price, now, now]
  })
  const data = JSON.stringify({
    id: newId(),
    userId: newId(),
    productId: newId(),
    quantity: 1,
    status: 'pending',
  })
  await insert(db, 'events', 'offset type user_id data created_at', orders, (i) => [
    i + 1,
    'order:created',
    userOf(i),
    data,
    now,
  ])
  await db.run('UPDATE event_counter SET last_offset = ?', [orders])
  await db.close()
}
