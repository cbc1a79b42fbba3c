import { randomUUID } from 'node:crypto'
import Database from 'better-sqlite3'
import { MigrationMismatch } from '../errors.js'
import { type AppliedMigration, loadMigrations, type Migration, pendingMigrations } from '../migrations.js'
import { databaseFile } from './file.js'
import { prepareFile } from './open.js'
import { waitForLock } from './wait-for-lock.js'

/** How long to wait for another process that migrates the same file. */
const PATIENCE_MS = 30_000
// Sorting and checking a million orders with the default of 16 MB reads most pages several times.
const CACHE_KIB = 256 * 1024

// Identical to Prisma's table, so `prisma migrate` finds the state it expects.
const HISTORY = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    TEXT PRIMARY KEY NOT NULL,
    "checksum"              TEXT NOT NULL,
    "finished_at"           DATETIME,
    "migration_name"        TEXT NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        DATETIME,
    "started_at"            DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count"   INTEGER UNSIGNED NOT NULL DEFAULT 0
)`

function apply(db: Database.Database, migration: Migration): void {
  const started = Date.now()
  db.exec(migration.sql)
  db.prepare(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES (?, ?, ?, ?, ?, 1)`,
  ).run(randomUUID(), migration.checksum, migration.name, started, Date.now())
}

/** @throws MigrationMismatch if a row refers to a missing one: with foreign keys off, no statement was checked. */
function checkForeignKeys(db: Database.Database): void {
  const [broken] = db.pragma('foreign_key_check') as { table: string; parent: string }[]
  if (broken)
    throw new MigrationMismatch(
      `after its migrations, ${broken.table} would refer to missing ${broken.parent}`,
    )
}

/**
 * Applies pending migrations to the SQLite database at `url`, creating it if missing, and records each as
 * `prisma migrate deploy` does. Atomic, and safe to run concurrently: the second process waits for the first
 * and finds nothing to do.
 * @returns the names of the migrations applied now.
 * @throws MigrationMismatch, and errors of the file system or SQLite.
 */
export async function migrateSqlite(url: string): Promise<string[]> {
  const all = await loadMigrations('sqlite')
  const file = databaseFile(url)
  prepareFile(file)
  const db = new Database(file, { timeout: PATIENCE_MS })
  try {
    await waitForLock(() => db.pragma('journal_mode = WAL'))
    db.pragma(`cache_size = -${CACHE_KIB}`)
    db.pragma('foreign_keys = OFF') // has no effect inside the transaction; rebuilding tables needs it off
    return db
      .transaction(() => {
        db.exec(HISTORY)
        const applied = db.prepare<[], AppliedMigration>('SELECT * FROM _prisma_migrations').all()
        const todo = pendingMigrations(all, applied)
        for (const migration of todo) apply(db, migration)
        // Once, because it reads every order: some seconds for a million.
        if (todo.length > 0) checkForeignKeys(db)
        return todo.map((migration) => migration.name)
      })
      .immediate()
  } finally {
    db.close()
  }
}
