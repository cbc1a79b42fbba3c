import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, createConnection, type SqlError } from 'mariadb'
import { prepareSession } from '../db/mysql/connection.js'
import { explainRefusal } from '../db/mysql/refusals.js'
import { awaitServer } from '../db/mysql/server.js'
import { datetime } from '../db/mysql/values.js'
import { type Cell, type Column, CopyRefused, type CopySide, listed, PAGE_ROWS, TABLES } from './side.js'

// Counting or truncating a table of millions is one statement.
const SOCKET_TIMEOUT_MS = 600_000
// A connection closed just now may still be listed.
const LEAVE_MS = 1_000
const POLL_INTERVAL_MS = 100

const NO_SUCH_TABLE = 1146

/** Counts other connections to the database, as far as visible to this user: at least those of the same user. */
const OTHERS = `SELECT COUNT(*) AS others, DATABASE() AS name FROM information_schema.processlist
  WHERE db = DATABASE() AND id <> CONNECTION_ID()`

async function refuseOthers(connection: Connection): Promise<void> {
  for (const deadline = performance.now() + LEAVE_MS; ; await sleep(POLL_INTERVAL_MS)) {
    const [row] = await connection.query<{ others: number; name: string }[]>(OTHERS)
    const others = Number(row?.others)
    if (others === 0) return
    if (performance.now() > deadline)
      throw new CopyRefused(
        `the database ${row?.name} is in use, by ${others} connections: stop the servers that work with it first`,
      )
  }
}

/** Locks the tables against changes while the connection is open. */
async function lockTables(connection: Connection): Promise<void> {
  const names = ['_prisma_migrations', ...TABLES.map(({ name }) => name)]
  try {
    await connection.query(`LOCK TABLES ${names.map((name) => `${name} READ`).join(', ')}`)
  } catch (error) {
    if ((error as SqlError).errno === NO_SUCH_TABLE) throw new CopyRefused('there is no shop to be copied')
    throw explainRefusal(error)
  }
}

/** Converts the times of a row to milliseconds, and back. */
const fromDatabase = (columns: Column[], row: Cell[]): Cell[] =>
  row.map((cell, i) => (columns[i]?.isTime && cell !== null ? Date.parse(`${cell}Z`) : cell))
const toDatabase = (columns: Column[], row: Cell[]): Cell[] =>
  row.map((cell, i) => (columns[i]?.isTime && cell !== null ? datetime(Number(cell)) : cell))

/**
 * Opens a MySQL or MariaDB database for a copy. Locks the tables of a source.
 * @throws CopyRefused if others are connected to it; DatabaseUnusable if it cannot be opened
 */
export async function openMysqlSide(url: string, use: 'read' | 'write'): Promise<CopySide> {
  const connection = await createConnection({
    ...(await awaitServer(url, { patience: 0 })),
    socketTimeout: SOCKET_TIMEOUT_MS,
    bigIntAsNumber: true,
    checkNumberRange: true,
    dateStrings: true,
  }).catch((error) => {
    throw explainRefusal(error)
  })
  const query = (sql: string, ...values: Cell[]) =>
    connection.query<Record<string, Cell>[]>(sql, values).catch((error) => {
      throw explainRefusal(error)
    })
  try {
    await prepareSession(connection)
    await refuseOthers(connection)
    if (use === 'read') await lockTables(connection)
  } catch (error) {
    connection.destroy()
    throw error
  }
  return {
    refuseOthers: () => refuseOthers(connection),
    query,

    async tables() {
      const rows = await query(
        'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
      )
      return rows.map(({ name }) => String(name))
    },

    async columns(table) {
      const rows = await query(
        `SELECT column_name AS name, data_type AS type FROM information_schema.columns
         WHERE table_schema = DATABASE() AND table_name = ? AND COALESCE(generation_expression, '') = ''
         ORDER BY ordinal_position`,
        table,
      )
      return rows.map(({ name, type }) => ({ name: String(name), isTime: type === 'datetime' }))
    },

    async *pages({ name, key }, columns) {
      const sql = `SELECT ${listed(columns)} FROM ${name} FORCE INDEX (PRIMARY) ORDER BY ${listed(key)}`
      const rows = connection.queryStream({ sql, rowsAsArray: true })
      let page: Cell[][] = []
      for await (const row of rows) {
        page.push(fromDatabase(columns, row))
        if (page.length < PAGE_ROWS) continue
        yield page
        page = []
      }
      if (page.length > 0) yield page
    },

    async insert(table, columns, rows) {
      const row = `(${columns.map(() => '?').join(', ')})`
      const sql = `INSERT INTO ${table} (${listed(columns)}) VALUES ${rows.map(() => row).join(', ')}`
      await query(sql, ...rows.flatMap((cells) => toDatabase(columns, cells)))
    },

    async clear() {
      // TRUNCATE is fast at any size, but refused for tables referenced by foreign keys.
      await query('SET SESSION foreign_key_checks = OFF')
      for (const { name } of TABLES) await query(`TRUNCATE TABLE ${name}`)
      await query('SET SESSION foreign_key_checks = ON')
    },

    close: () => connection.end().catch(() => connection.destroy()),
  }
}
