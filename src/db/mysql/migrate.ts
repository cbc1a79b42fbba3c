import { randomUUID } from 'node:crypto'
import { type Connection, createConnection } from 'mariadb'
import type { ServerWait } from '../db.js'
import { DatabaseUnusable } from '../errors.js'
import { type AppliedMigration, loadMigrations, type Migration, pendingMigrations } from '../migrations.js'
import { prepareSession } from './connection.js'
import { explainRefusal } from './refusals.js'
import { awaitServer } from './server.js'

// Identical to Prisma's table, so `prisma migrate` finds the state it expects.
const HISTORY = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             DATETIME(3),
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          DATETIME(3),
    started_at              DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    applied_steps_count     INTEGER UNSIGNED NOT NULL DEFAULT 0
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`

// Altering a large table takes time.
const SOCKET_TIMEOUT_MS = 600_000
// Lock names are server-wide, hence Prisma's name plus the database's.
const LOCK = "CONCAT('prisma_migrate ', LEFT(DATABASE(), 48))"
const LOCK_PATIENCE_SECONDS = 60

/** No-op writes, rejected if the user lacks write privileges or the server is read-only. */
const WRITES = [
  'INSERT INTO event_counter SELECT * FROM event_counter WHERE FALSE',
  'UPDATE event_counter SET last_offset = last_offset WHERE FALSE',
  'DELETE FROM event_counter WHERE FALSE',
]

async function apply(connection: Connection, { name, sql, checksum }: Migration): Promise<void> {
  // DDL commits implicitly, so an interrupted migration leaves an unfinished row, as Prisma's does.
  const id = randomUUID()
  await connection.query(
    'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at) VALUES (?, ?, ?, UTC_TIMESTAMP(3))',
    [id, checksum, name],
  )
  try {
    await connection.query(sql)
  } catch (error) {
    await connection.query('UPDATE _prisma_migrations SET logs = ? WHERE id = ?', [String(error), id])
    throw error
  }
  await connection.query(
    'UPDATE _prisma_migrations SET finished_at = UTC_TIMESTAMP(3), applied_steps_count = 1 WHERE id = ?',
    [id],
  )
}

/**
 * Applies pending migrations to the database at `url`, recording each as `prisma migrate deploy` does.
 * Concurrent runs are safe: the second waits for the first and finds nothing to do. Waits for a server still
 * starting.
 * @returns the names of the migrations applied now.
 * @throws MigrationMismatch; DatabaseUnusable; server errors.
 */
export async function migrateMysql(url: string, waiting: ServerWait = {}): Promise<string[]> {
  const all = await loadMigrations('mysql')
  const settings = await awaitServer(url, waiting)
  const connection = await createConnection({
    ...settings,
    socketTimeout: SOCKET_TIMEOUT_MS,
    multipleStatements: true,
  })
  try {
    await prepareSession(connection)
    // The lock is released with the connection.
    const [lock] = await connection.query<{ taken: unknown }[]>(
      `SELECT GET_LOCK(${LOCK}, ${LOCK_PATIENCE_SECONDS}) AS taken`,
    )
    if (Number(lock?.taken) !== 1)
      throw new DatabaseUnusable('another process has been migrating it for long')
    await connection.query(HISTORY)
    const applied = await connection.query<AppliedMigration[]>('SELECT * FROM _prisma_migrations')
    const todo = pendingMigrations(all, applied)
    for (const migration of todo) await apply(connection, migration)
    for (const statement of WRITES) await connection.query(statement)
    return todo.map((migration) => migration.name)
  } catch (error) {
    throw explainRefusal(error)
  } finally {
    await connection.end().catch(() => connection.destroy())
  }
}
