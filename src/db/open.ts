import { dirname, join, resolve } from 'node:path'
import { urlOfEachHost, withoutSecrets } from '../url-parts.js'
import type { Db, OpenedDb, OpenOptions, ServerWait } from './db.js'
import { serverUrlFault } from './mysql/url.js'
import { readMoney, settleMoney } from './shop-money.js'
import type { Snapshot, SnapshotOptions } from './snapshot.js'
import { databaseFile, fileUrlFault } from './sqlite/file.js'

const DEFAULTS: OpenOptions = { poolSize: 10 }

/** The JSON Schema pattern of a database URL. */
export const URL_PATTERN = '^(file:.+|(mysql|mariadb)://[^/]+/.+)$'

/** Returns whether `url` names a database server, such as `mysql://…`, instead of a file. */
export const isServer = (url: string) => /^(mysql|mariadb):/.test(url)

/**
 * Validates a database URL; returns the fault or undefined. The message repeats no part which may be secret.
 */
export const databaseUrlFault = (url: string) => (isServer(url) ? serverUrlFault(url) : fileUrlFault(url))

/** Returns the folder for files beside the database: the folder of a SQLite file, or ./data for a server. */
export const dataFolder = (url: string) => (isServer(url) ? resolve('data') : dirname(databaseFile(url)))

/** Returns the name of the database in the URL of a server, percent-encoded. */
const databaseIn = (url: string) => new URL(String(urlOfEachHost(url)[0])).pathname.slice(1)

/**
 * Returns the path of the file recording the last known log offset of this database. Shops on a server have a file for each
 * database: two that are started in one folder would overwrite each other's position.
 */
export const positionFileOf = (url: string) =>
  isServer(url)
    ? join(dataFolder(url), `${databaseIn(url)}.log-position`)
    : `${databaseFile(url)}.log-position`

export { databaseFile }

/**
 * Opens the migrated database at `url`. Loads only the driver in use.
 * @param currency the currency to fix at a first start (ISO 4217); by default the one of the database
 * @throws CurrencyMismatch if its prices are in another currency
 */
export async function openDb(url: string, options: OpenOptions = DEFAULTS, currency?: string): Promise<Db> {
  const db = await openDriver(url, options)
  try {
    return { ...db, money: await (currency === undefined ? readMoney(db) : settleMoney(db, currency)) }
  } catch (error) {
    await db.close()
    throw error
  }
}

async function openDriver(url: string, options: OpenOptions): Promise<OpenedDb> {
  if (isServer(url)) {
    const { openMysql } = await import('./mysql/open.js')
    return openMysql(url, options)
  }
  const { openSqlite } = await import('./sqlite/open.js')
  return openSqlite(url, options)
}

/**
 * Applies pending migrations to the database at `url`. A missing SQLite file is created, a missing server
 * database is not.
 * @param waiting how long to wait for an unreachable server
 * @returns the names of the migrations applied now.
 * @throws MigrationMismatch when its history conflicts with the migration files; DatabaseUnusable for an
 * unusable server.
 */
export async function migrate(url: string, waiting?: ServerWait): Promise<string[]> {
  if (isServer(url)) {
    const { migrateMysql } = await import('./mysql/migrate.js')
    return migrateMysql(url, waiting)
  }
  const { migrateSqlite } = await import('./sqlite/migrate.js')
  return migrateSqlite(url)
}

/**
 * Opens a read-only snapshot of the database at `url`, which may be in use. It is neither created nor migrated.
 * @throws DatabaseUnusable, or an error of SQLite
 */
export async function openSnapshot(url: string, options: SnapshotOptions = {}): Promise<Snapshot> {
  if (isServer(url)) {
    const { openMysqlSnapshot } = await import('./mysql/snapshot.js')
    return openMysqlSnapshot(url, options)
  }
  const { openSqliteSnapshot } = await import('./sqlite/snapshot.js')
  return openSqliteSnapshot(url, options)
}

/** Returns the URL of a database without its password, for messages. */
export const withoutPassword = (url: string) => (isServer(url) ? withoutSecrets(url) : url)
