import { randomUUID } from 'node:crypto'
import { type Connection, createConnection } from 'mariadb'
import { type AppliedMigration, loadMigrations, type Migration, pendingMigrations } from '../migrations.js'
import type { Waiting } from '../types.js'
import { connectionSettings, DatabaseUnusable, prepareSession } from './connection.js'
import { explained } from './refusals.js'
import { awaitServer } from './server.js'

// Prisma's own table, to the letter, so that `prisma migrate` finds what it would have made.
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

// A large table takes its time to be changed.
const SOCKET_TIMEOUT_MS = 600_000
// A lock's name counts on the whole server, so that of Prisma's own and the database's.
const LOCK = "CONCAT('prisma_migrate ', LEFT(DATABASE(), 48))"
const LOCK_PATIENCE_SECONDS = 60

/** These change nothing, and are refused where the user may not write, or the server is read-only. */
const WRITES = [
  'INSERT INTO event_counter SELECT * FROM event_counter WHERE FALSE',
  'UPDATE event_counter SET last_offset = last_offset WHERE FALSE',
  'DELETE FROM event_counter WHERE FALSE',
]

async function apply(connection: Connection, { name, sql, checksum }: Migration): Promise<void> {
  // Each CREATE commits by itself, so what is interrupted leaves a row that says so, as Prisma's own does.
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
 * Brings the database that `url` names up to date, and records each migration as `prisma migrate deploy` does. Safe
 * to run from several processes at once: the second waits for the first and finds nothing to do. It waits for a
 * server that is not there yet.
 * @returns the names of the migrations applied now.
 * @throws MigrationMismatch; DatabaseUnusable; what the server refuses.
 */
export async function migrateMysql(url: string, waiting: Waiting = {}): Promise<string[]> {
  const all = await loadMigrations('mysql')
  await awaitServer(url, waiting)
  const connection = await createConnection({
    ...connectionSettings(url),
    socketTimeout: SOCKET_TIMEOUT_MS,
    multipleStatements: true,
  })
  try {
    await prepareSession(connection)
    // The lock ends with the connection.
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
    throw explained(error)
  } finally {
    await connection.end().catch(() => connection.destroy())
  }
}
