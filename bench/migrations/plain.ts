/** Plain SQL that SQLite, MariaDB and MySQL all understand: as rows were written before today's models. */
import Database from 'better-sqlite3'
import { createConnection } from 'mariadb'
import { connectionSettings, prepareSession } from '../../src/db/mysql/connection.js'
import { databaseFile } from '../../src/db/sqlite/file.js'

type Value = string | number

export interface Plain {
  /** A time in milliseconds since 1970, as the database stores it. */
  time(at: number): Value
  run(sql: string, values?: Value[]): Promise<void>
  /** Executes `sql` for each row, in one transaction. */
  runAll(sql: string, rows: Value[][]): Promise<void>
  all<Row>(sql: string): Promise<Row[]>
  /** Starts a transaction that writes; `COMMIT` and `ROLLBACK` end it. */
  begin(): Promise<void>
  close(): Promise<void>
}

// Longer than any migration: a wait is measured, not cut off.
const PATIENCE_MS = 600_000
const CACHE_KIB = 256 * 1024

function openSqlite(url: string, durable: boolean): Plain {
  const db = new Database(databaseFile(url), { timeout: PATIENCE_MS })
  db.pragma('journal_mode = WAL')
  db.pragma(`synchronous = ${durable ? 'FULL' : 'OFF'}`)
  db.pragma(`cache_size = -${CACHE_KIB}`)
  const transaction = db.transaction((sql: string, rows: Value[][]) => {
    const statement = db.prepare(sql)
    for (const row of rows) statement.run(row)
  })
  return {
    time: (at) => at,
    async run(sql, values) {
      if (values) db.prepare(sql).run(values)
      else db.exec(sql)
    },
    runAll: async (sql, rows) => transaction(sql, rows),
    all: async <Row>(sql: string) => db.prepare<[], Row>(sql).all(),
    begin: async () => void db.exec('BEGIN IMMEDIATE'),
    close: async () => void db.close(),
  }
}

async function openServer(url: string): Promise<Plain> {
  const connection = await createConnection({
    ...connectionSettings(url),
    multipleStatements: true,
    socketTimeout: PATIENCE_MS,
  })
  await prepareSession(connection)
  await connection.query('SET SESSION innodb_lock_wait_timeout = 600, SESSION lock_wait_timeout = 600')
  return {
    time: (at) => new Date(at).toISOString().replace('T', ' ').slice(0, -1),
    async run(sql, values) {
      await connection.query(sql, values)
    },
    async runAll(sql, rows) {
      await connection.beginTransaction()
      await connection.batch(sql, rows)
      await connection.commit()
    },
    all: <Row>(sql: string) => connection.query<Row[]>(sql),
    begin: () => connection.beginTransaction(),
    close: () => connection.end(),
  }
}

/**
 * Opens a connection for plain SQL. Identifiers in backticks are understood by all.
 * @param durable on SQLite, whether each commit is synced to disk
 */
export const openPlain = async (url: string, { durable = true } = {}) =>
  url.startsWith('file:') ? openSqlite(url, durable) : openServer(url)
