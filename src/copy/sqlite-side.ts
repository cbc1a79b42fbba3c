import Database from 'better-sqlite3'
import { databaseFile } from '../db/sqlite/file.js'
import { type Cell, CopyRefused, type CopySide, listed, PAGE_ROWS, TABLES } from './side.js'

// Longer than any transaction of a program about to exit.
const BUSY_TIMEOUT_MS = 500

/** Opens the file with an exclusive lock, held until the connection closes. */
export function openExclusive(file: string): Database.Database {
  let db: Database.Database | undefined
  try {
    db = new Database(file, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS })
    // In this mode the first access takes and keeps a lock, and fails if any other connection is open, even an idle one
    // (https://www.sqlite.org/pragma.html#pragma_locking_mode).
    db.pragma('locking_mode = EXCLUSIVE')
    db.pragma('synchronous = FULL')
    db.exec('BEGIN IMMEDIATE; ROLLBACK')
    return db
  } catch (error) {
    db?.close()
    const { code, message } = error as { code?: string; message: string }
    if (code?.startsWith('SQLITE_BUSY'))
      throw new CopyRefused(`${file} is in use: stop the server that works with it first`)
    throw new CopyRefused(`${file} cannot be opened: ${message}`, { cause: error })
  }
}

/**
 * Opens a SQLite database for a copy.
 * @throws CopyRefused if it is missing or in use by another process
 */
export async function openSqliteSide(url: string): Promise<CopySide> {
  const db = openExclusive(databaseFile(url))
  const query = async (sql: string, ...values: Cell[]) => {
    const statement = db.prepare<Cell[], Record<string, Cell>>(sql)
    if (statement.reader) return statement.all(...values)
    statement.run(...values)
    return []
  }
  return {
    // The lock already excludes other connections.
    async refuseOthers() {},

    query,

    async tables() {
      const rows = await query(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
      )
      return rows.map(({ name }) => String(name))
    },

    async columns(table) {
      const rows = await query(
        'SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid',
        table,
      )
      return rows.map(({ name, type }) => ({ name: String(name), isTime: type === 'DATETIME' }))
    },

    async *pages({ name, key }, columns) {
      const rows = db
        .prepare<[], Cell[]>(`SELECT ${listed(columns)} FROM ${name} ORDER BY ${listed(key)}`)
        .raw()
      let page: Cell[][] = []
      for (const row of rows.iterate()) {
        page.push(row)
        if (page.length < PAGE_ROWS) continue
        yield page
        page = []
      }
      if (page.length > 0) yield page
    },

    async insert(table, columns, rows) {
      const statement = db.prepare<Cell[]>(
        `INSERT INTO ${table} (${listed(columns)}) VALUES (${columns.map(() => '?').join(', ')})`,
      )
      db.transaction(() => {
        for (const row of rows) statement.run(...row)
      })()
    },

    async clear() {
      db.transaction(() => {
        for (const { name } of TABLES.toReversed()) db.exec(`DELETE FROM ${name}`)
      })()
    },

    async close() {
      db.close()
    },
  }
}
