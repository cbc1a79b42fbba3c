import Database from 'better-sqlite3'
import { type AppliedMigration, loadMigrations } from '../migrations.js'
import type { Snapshot, SnapshotOptions } from '../snapshot.js'
import { databaseFile } from './file.js'

const MAX_FAULTS = 10
const INDEXES = "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"

interface Named {
  name: string
}

/** Returns the names of the indexes made by the migrations. */
async function expectedIndexes(): Promise<string[]> {
  const db = new Database(':memory:')
  try {
    db.pragma('foreign_keys = OFF')
    for (const { sql } of await loadMigrations('sqlite')) db.exec(sql)
    return db
      .prepare<[], Named>(INDEXES)
      .all()
      .map(({ name }) => name)
  } finally {
    db.close()
  }
}

function damageOf(db: Database.Database): string[] {
  const pages = db.pragma(`integrity_check(${MAX_FAULTS})`) as { integrity_check: string }[]
  const faults = pages.map((row) => row.integrity_check.replace(/\s+/g, ' ')).filter((text) => text !== 'ok')
  const orphans = db.pragma('foreign_key_check') as { table: string; parent: string }[]
  const tables = new Set(orphans.map(({ table, parent }) => `rows of ${table} refer to missing ${parent}`))
  return [...faults, ...tables]
}

/**
 * Opens a snapshot of a SQLite database.
 * @throws errors of SQLite, such as SQLITE_CANTOPEN and SQLITE_NOTADB
 */
export async function openSqliteSnapshot(url: string, { onDamage }: SnapshotOptions): Promise<Snapshot> {
  const db = new Database(databaseFile(url), { readonly: true, fileMustExist: true })
  const query = async (sql: string) => db.prepare<[], Record<string, unknown>>(sql).all()
  try {
    db.exec('BEGIN')
    db.prepare('SELECT COUNT(*) FROM sqlite_schema').get() // begins the snapshot
    onDamage?.(damageOf(db))
  } catch (error) {
    db.close()
    throw error
  }
  return {
    dialect: 'sqlite',
    query,

    async history() {
      const isShop = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = '_prisma_migrations'").get()
      return isShop ? db.prepare<[], AppliedMigration>('SELECT * FROM _prisma_migrations').all() : []
    },

    async missingIndexes() {
      const there = new Set((await query(INDEXES)).map(({ name }) => name))
      return (await expectedIndexes()).filter((name) => !there.has(name))
    },

    async close() {
      db.close()
    },
  }
}
