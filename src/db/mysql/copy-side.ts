import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, createConnection, type SqlError } from 'mariadb'
import {
  type Cell,
  type Column,
  CopyRefused,
  type CopySide,
  listed,
  PAGE_ROWS,
  TABLES,
} from '../copy/side.js'
import { connectionSettings, prepareSession } from './connection.js'
import { explained } from './refusals.js'

// A table of millions is counted and emptied in one statement each.
const SOCKET_TIMEOUT_MS = 600_000
// A connection that was closed a moment ago may still be listed.
const LEAVE_MS = 1_000
const LOOK_EVERY_MS = 100

const NO_SUCH_TABLE = 1146

/** How many others are connected to the database, as far as this user may see: its own connections at least. */
const OTHERS = `SELECT COUNT(*) AS others, DATABASE() AS name FROM information_schema.processlist
  WHERE db = DATABASE() AND id <> CONNECTION_ID()`

async function refuseOthers(connection: Connection): Promise<void> {
  for (const deadline = performance.now() + LEAVE_MS; ; await sleep(LOOK_EVERY_MS)) {
    const [row] = await connection.query<{ others: number; name: string }[]>(OTHERS)
    const others = Number(row?.others)
    if (others === 0) return
    if (performance.now() > deadline)
      throw new CopyRefused(
        `the database ${row?.name} is in use, by ${others} connections: stop the servers that work with it first`,
      )
  }
}

/** Keeps everybody from changing the shop for as long as the connection is open. */
async function lockTables(connection: Connection): Promise<void> {
  const names = ['_prisma_migrations', ...TABLES.map(({ name }) => name)]
  try {
    await connection.query(`LOCK TABLES ${names.map((name) => `${name} READ`).join(', ')}`)
  } catch (error) {
    if ((error as SqlError).errno === NO_SUCH_TABLE) throw new CopyRefused('there is no shop to be copied')
    throw explained(error)
  }
}

const isoOf = (at: number) => new Date(at).toISOString().replace('T', ' ').slice(0, -1)

/** A row as the database gives it, with times in milliseconds; and the other way round. */
const fromDatabase = (columns: Column[], row: Cell[]): Cell[] =>
  row.map((cell, i) => (columns[i]?.isTime && cell !== null ? Date.parse(`${cell}Z`) : cell))
const toDatabase = (columns: Column[], row: Cell[]): Cell[] =>
  row.map((cell, i) => (columns[i]?.isTime && cell !== null ? isoOf(Number(cell)) : cell))

/**
 * Opens the database that `url` names for a copy. Its tables are locked for reading, where they are only read.
 * @throws CopyRefused when others are connected to it; DatabaseUnusable when it cannot be opened.
 */
export async function openMysqlSide(url: string, use: 'read' | 'write'): Promise<CopySide> {
  const connection = await createConnection({
    ...connectionSettings(url),
    socketTimeout: SOCKET_TIMEOUT_MS,
    bigIntAsNumber: true,
    checkNumberRange: true,
    dateStrings: true,
  }).catch((error) => {
    throw explained(error)
  })
  const query = (sql: string, ...values: Cell[]) =>
    connection.query<Record<string, Cell>[]>(sql, values).catch((error) => {
      throw explained(error)
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
      // Emptied table by table, which is quick at any size, and is refused where keys of others point to it.
      await query('SET SESSION foreign_key_checks = OFF')
      for (const { name } of TABLES) await query(`TRUNCATE TABLE ${name}`)
      await query('SET SESSION foreign_key_checks = ON')
    },

    close: () => connection.end().catch(() => connection.destroy()),
  }
}
