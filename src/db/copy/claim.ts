import { randomUUID } from 'node:crypto'
import {
  type AppliedMigration,
  COPY_MARK,
  HalfCopied,
  loadMigrations,
  pendingMigrations,
} from '../migrations.js'
import { isServer, migrate } from '../open.js'
import type { Waiting } from '../types.js'
import { CopyRefused, type CopySide, TABLES } from './side.js'

async function openSide(url: string, use: 'read' | 'write'): Promise<CopySide> {
  if (isServer(url)) {
    const { openMysqlSide } = await import('../mysql/copy-side.js')
    return openMysqlSide(url, use)
  }
  const { openSqliteSide } = await import('../sqlite/copy-side.js')
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
 * Opens the shop that is copied.
 * @throws CopyRefused when it is in use, or not as this program's migrations make it; MigrationMismatch.
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
    const known = [...TABLES.map(({ name }) => name), '_prisma_migrations']
    const unknown = (await side.tables()).filter((name) => !known.includes(name))
    if (unknown.length > 0) throw new CopyRefused(`no shop has a table ${unknown.join(', ')}`)
    return side
  } catch (error) {
    await side.close()
    throw error
  }
}

/** Tables that the migrations put a row into, and what tells that more has happened since. */
const FILLED: Record<string, string> = { event_counter: 'WHERE last_offset > 0', name_index: 'WHERE 1 = 0' }

async function refuseRows(side: CopySide): Promise<void> {
  for (const { name } of TABLES) {
    const [row] = await side.query(`SELECT 1 AS one FROM ${name} ${FILLED[name] ?? ''} LIMIT 1`)
    if (row)
      throw new CopyRefused(`the target is not empty, it has rows in ${name}: name a database of its own`)
  }
}

/**
 * Sees that the target is whole and empty, and marks it, so that no server begins to work with it.
 * @throws CopyRefused when it has rows of another origin than an interrupted copy, or is in use.
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
    // Only now: whoever comes later finds the mark.
    await side.refuseOthers()
    await refuseRows(side)
  } catch (error) {
    await release(side)
    throw error
  }
}

/**
 * Opens the database that the shop is copied into: brought up to date, and marked until `release`.
 * @throws CopyRefused when it is in use, or not empty; what an interrupted copy left does not count.
 */
export async function openTarget(url: string, waiting: Waiting): Promise<CopySide> {
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

/** Takes the mark away: servers may work with the database. */
export async function release(side: CopySide): Promise<void> {
  await side.query('DELETE FROM _prisma_migrations WHERE migration_name = ?', COPY_MARK)
}
