import Database from 'better-sqlite3'
import { type Cell, CopyRefused, type CopySide, listed, PAGE_ROWS, TABLES } from '../copy/side.js'
import { databaseFile } from './file.js'

// Longer than any transaction of a program that is about to end.
const BUSY_TIMEOUT_MS = 500

/** Opens the file and locks it against every other connection, as long as this one is open. */
export function openAlone(file: string): Database.Database {
  let db: Database.Database | undefined
  try {
    db = new Database(file, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS })
    // In this mode the first access takes a lock that no other open connection leaves room for, idle or not
    // (https://www.sqlite.org/pragma.html#pragma_locking_mode), and keeps it.
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
 * Opens the file that `url` names for a copy.
 * @throws CopyRefused when it is missing, or in use by another process.
 */
export async function openSqliteSide(url: string): Promise<CopySide> {
  const db = openAlone(databaseFile(url))
  const query = async (sql: string, ...values: Cell[]) => {
    const statement = db.prepare<Cell[], Record<string, Cell>>(sql)
    if (statement.reader) return statement.all(...values)
    statement.run(...values)
    return []
  }
  return {
    // Nobody else can have the file open.
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
