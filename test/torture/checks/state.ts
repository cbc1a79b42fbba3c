import Database from 'better-sqlite3'
import { createConnection } from 'mariadb'
import type { OrderStatus } from '../../../src/contract/order.js'
import { parseServerUrl } from '../../../src/db/mysql/url.js'

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
  }[]
  products: { id: string; stock: number }[]
  adjustments: { productId: string; delta: number; reason: string | null }[]
  /** By offset. */
  events: { offset: number; type: string; userId: string | null; data: string }[]
}

type Row = Record<string, unknown>

// Raw SQL, so that a bug in the program's queries cannot hide anything.
const QUERIES = {
  orders: `SELECT id, user_id AS userId, product_id AS productId, quantity, status, idempotency_key AS "key" FROM orders`,
  products: 'SELECT id, stock FROM products',
  adjustments: 'SELECT product_id AS productId, delta, reason FROM stock_adjustments',
  events: 'SELECT e.offset, e.type, e.user_id AS userId, e.data FROM events AS e ORDER BY e.offset',
  counter: 'SELECT epoch, last_offset AS lastOffset FROM event_counter',
} as const

const NUMBERS = new Set(['quantity', 'stock', 'delta', 'offset', 'lastOffset'])

/** Converts numeric columns to numbers, whatever type the driver returns. */
const tidy = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, NUMBERS.has(name) ? Number(value) : value]),
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
  const { host, port, user, database } = parseServerUrl(url)
  const connection = await createConnection({ host, port, user, database })
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
