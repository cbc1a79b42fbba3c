import { randomUUID } from 'node:crypto'
import type { ServerWait } from '../db/db.js'
import { HalfCopied } from '../db/errors.js'
import { type AppliedMigration, COPY_MARK, loadMigrations, pendingMigrations } from '../db/migrations.js'
import { isServer, migrate } from '../db/open.js'
import { CopyRefused, type CopySide, DERIVED_TABLES, TABLES } from './side.js'

async function openSide(url: string, use: 'read' | 'write'): Promise<CopySide> {
  if (isServer(url)) {
    const { openMysqlSide } = await import('./mysql-side.js')
    return openMysqlSide(url, use)
  }
  const { openSqliteSide } = await import('./sqlite-side.js')
  return openSqliteSide(url)
}

async function historyOf(side: CopySide): Promise<AppliedMigration[]> {
  if (!(await side.tables()).includes('_prisma_migrations')) return []
  const rows = await side.query(
    'SELECT migration_name, checksum, finished_at, rolled_back_at FROM _prisma_migrations',
  )
  return rows.map((row) => ({
    migration_name: String(row.migration_name),
    checksum: String(row.checksum),
    finished_at: row.finished_at,
    rolled_back_at: row.rolled_back_at ?? null,
  }))
}

const providerOf = (url: string) => (isServer(url) ? 'mysql' : 'sqlite')

const isMark = ({ migration_name }: AppliedMigration) => migration_name === COPY_MARK

/**
 * Opens the source of a copy.
 * @throws CopyRefused if it is in use or its schema is not this program's; MigrationMismatch
 */
export async function openSource(url: string): Promise<CopySide> {
  const side = await openSide(url, 'read')
  try {
    await side.refuseOthers()
    const all = await loadMigrations(providerOf(url))
    const pending = pendingMigrations(all, await historyOf(side))
    if (pending.length === all.length) throw new CopyRefused('there is no shop to be copied')
    if (pending.length > 0)
      throw new CopyRefused(
        `the shop to be copied lacks the migration ${pending[0]?.name}: run db:migrate on it first`,
      )
    const known = [...TABLES.map(({ name }) => name), ...DERIVED_TABLES, '_prisma_migrations']
    const unknown = (await side.tables()).filter((name) => !known.includes(name))
    if (unknown.length > 0) throw new CopyRefused(`no shop has a table ${unknown.join(', ')}`)
    return side
  } catch (error) {
    await side.close()
    throw error
  }
}

/** Tables with a row inserted by the migrations, and the condition for later changes. */
const FILLED: Record<string, string> = {
  event_counter: 'WHERE last_offset > 0',
  name_index: 'WHERE 1 = 0',
  webhook_lease: 'WHERE revision > 0',
}

async function refuseRows(side: CopySide): Promise<void> {
  for (const { name } of TABLES) {
    const [row] = await side.query(`SELECT 1 AS one FROM ${name} ${FILLED[name] ?? ''} LIMIT 1`)
    if (row)
      throw new CopyRefused(`the target is not empty, it has rows in ${name}: name a database of its own`)
  }
}

/**
 * Checks that the target is migrated and empty, and marks it, so no server starts on it.
 * @throws CopyRefused if it is in use or has rows not left by an interrupted copy
 */
async function claim(side: CopySide, provider: 'sqlite' | 'mysql'): Promise<void> {
  const history = await historyOf(side)
  const pending = pendingMigrations(
    await loadMigrations(provider),
    history.filter((row) => !isMark(row)),
  )
  if (pending.length > 0)
    throw new CopyRefused('an older version began a copy into the target: make that database anew')
  if (history.some(isMark)) return
  await side.query(
    'INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES (?, ?, ?)',
    randomUUID(),
    '',
    COPY_MARK,
  )
  try {
    // After marking: processes that start later see the mark.
    await side.refuseOthers()
    await refuseRows(side)
  } catch (error) {
    await release(side)
    throw error
  }
}

/**
 * Opens the target of a copy: migrates it and marks it until `release`.
 * @throws CopyRefused if it is in use or not empty, apart from an interrupted copy
 */
export async function openTarget(url: string, waiting: ServerWait): Promise<CopySide> {
  await migrate(url, waiting).catch((error) => {
    if (!(error instanceof HalfCopied)) throw error
  })
  const side = await openSide(url, 'write')
  try {
    await claim(side, providerOf(url))
    return side
  } catch (error) {
    await side.close()
    throw error
  }
}

/** Removes the mark, so servers may use the database. */
export async function release(side: CopySide): Promise<void> {
  await side.query('DELETE FROM _prisma_migrations WHERE migration_name = ?', COPY_MARK)
}
