import Database from 'better-sqlite3'
import { createConnection } from 'mariadb'
import type { OrderStatus } from '../../../src/contract/order.js'
import { awaitServer } from '../../../src/db/mysql/server.js'
import { givenKey } from '../../../src/orders/idempotency.js'

/** A snapshot of the database. */
export interface State {
  epoch: string
  lastOffset: number
  orders: {
    id: string
    userId: string
    productId: string
    quantity: number
    status: OrderStatus
    key: string | null
    checkoutId: string | null
    stockAfter: number
  }[]
  checkouts: { id: string; userId: string; key: string | null }[]
  /** Changes of placed orders. Those of `productId`, `delta` and `stockAfter` are of returned stock, else null. */
  changes: {
    id: string
    orderId: string
    cause: string | null
    productId: string | null
    delta: number | null
    stockAfter: number | null
  }[]
  products: { id: string; sku: string | null; stock: number }[]
  adjustments: {
    id: string
    productId: string
    delta: number
    stockAfter: number
    cause: string
    reason: string | null
  }[]
  webhooks: { url: string; position: number; disabledReason: string | null }[]
  /** By offset. */
  events: { offset: number; type: string; userId: string | null; data: string }[]
}

type Row = Record<string, unknown>

// Raw SQL, so that a bug in the program's queries cannot hide anything.
const QUERIES = {
  orders: `SELECT id, user_id AS userId, product_id AS productId, quantity, status, idempotency_key AS "key",
    checkout_id AS checkoutId, stock_after AS stockAfter FROM orders`,
  checkouts: 'SELECT id, user_id AS userId, idempotency_key AS "key" FROM checkouts',
  changes: `SELECT id, order_id AS orderId, cause, product_id AS productId, delta, stock_after AS stockAfter FROM order_changes`,
  products: 'SELECT id, sku, stock FROM products',
  adjustments: `SELECT id, product_id AS productId, delta, stock_after AS stockAfter, cause, reason FROM stock_adjustments`,
  webhooks: 'SELECT url, position, disabled_reason AS disabledReason FROM webhooks',
  events: 'SELECT e.offset, e.type, e.user_id AS userId, e.data FROM events AS e ORDER BY e.offset',
  counter: 'SELECT epoch, last_offset AS lastOffset FROM event_counter',
} as const

const NUMBERS = new Set(['quantity', 'stock', 'delta', 'stockAfter', 'offset', 'lastOffset', 'position'])

/** Converts numeric columns to numbers, whatever type the driver returns, and leaves out keys that clients did not give. */
const tidy = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (name === 'key') return [name, givenKey(value as string | null)]
      return [name, NUMBERS.has(name) && value !== null ? Number(value) : value]
    }),
  )

function stateOf(read: (name: keyof typeof QUERIES) => Row[]): State {
  const { counter, ...tables } = Object.fromEntries(
    (Object.keys(QUERIES) as (keyof typeof QUERIES)[]).map((name) => [name, read(name).map(tidy)]),
  )
  return { ...tables, ...counter?.[0] } as unknown as State
}

/** Reads a snapshot of a SQLite file, without writing to it. */
function readFile(file: string): State {
  const db = new Database(file, { readonly: true })
  try {
    const snapshot = db.transaction(() => stateOf((name) => db.prepare(QUERIES[name]).all() as Row[]))
    return snapshot()
  } finally {
    db.close()
  }
}

async function readServer(url: string): Promise<State> {
  const connection = await createConnection(await awaitServer(url, {}))
  try {
    await connection.query("SET sql_mode = 'ANSI_QUOTES'")
    await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT')
    const rows = new Map<string, Row[]>()
    for (const [name, sql] of Object.entries(QUERIES)) rows.set(name, await connection.query(sql))
    return stateOf((name) => rows.get(name) ?? [])
  } finally {
    await connection.end()
  }
}

/** Reads a snapshot of the database `url`, `file:…` or `mysql://…`. */
export const readState = async (url: string): Promise<State> =>
  url.startsWith('file:') ? readFile(url.slice('file:'.length)) : readServer(url)
