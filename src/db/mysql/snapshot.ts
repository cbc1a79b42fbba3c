import { createConnection } from 'mariadb'
import { type AppliedMigration, loadMigrations } from '../migrations.js'
import type { Snapshot, SnapshotOptions } from '../snapshot.js'
import { prepareSession } from './connection.js'
import { explainRefusal } from './refusals.js'
import { awaitServer } from './server.js'

// A query over all orders takes its time.
const SOCKET_TIMEOUT_MS = 600_000

const STATEMENTS = {
  tables:
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'",
  indexes:
    'SELECT DISTINCT index_name AS name FROM information_schema.statistics WHERE table_schema = DATABASE()',
}

const INDEX = /(DROP )?INDEX `(\w+)`/g

/** Returns the names of the indexes made by the migrations and not dropped again. */
async function expectedIndexes(): Promise<Set<string>> {
  const names = new Set<string>()
  for (const { sql } of await loadMigrations('mysql'))
    for (const [, drop, name = ''] of sql.matchAll(INDEX))
      if (drop) names.delete(name)
      else names.add(name)
  return names
}

/**
 * Opens a snapshot of the database on a server. The server must answer, and be usable for this program.
 * @throws DatabaseUnusable
 */
export async function openMysqlSnapshot(url: string, { onDamage }: SnapshotOptions): Promise<Snapshot> {
  const settings = await awaitServer(url, { patience: 0 })
  const connection = await createConnection({ ...settings, socketTimeout: SOCKET_TIMEOUT_MS })
  const query = (sql: string) => connection.query<Record<string, unknown>[]>(sql)
  const namesOf = async (sql: string) => (await query(sql)).map(({ name }) => String(name))
  try {
    await prepareSession(connection, { readOnly: true })
    if (onDamage) {
      const tables = await namesOf(STATEMENTS.tables)
      const names = tables.map((name) => `\`${name}\``).join(', ')
      const rows = tables.length > 0 ? await query(`CHECK TABLE ${names} QUICK`) : []
      onDamage(
        rows
          .filter(({ Msg_type: type }) => type === 'error' || type === 'Error')
          .map(({ Table, Msg_text }) => `${Table}: ${Msg_text}`),
      )
    }
    await query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ')
    await query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY')
  } catch (error) {
    connection.destroy()
    throw explainRefusal(error)
  }
  return {
    dialect: 'mysql',
    query,

    async history() {
      const isShop = (await namesOf(STATEMENTS.tables)).includes('_prisma_migrations')
      return isShop ? connection.query<AppliedMigration[]>('SELECT * FROM _prisma_migrations') : []
    },

    async missingIndexes() {
      const there = new Set(await namesOf(STATEMENTS.indexes))
      return [...(await expectedIndexes())].filter((name) => !there.has(name))
    },

    async close() {
      await connection.end().catch(() => connection.destroy())
    },
  }
}
