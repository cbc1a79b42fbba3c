import { dirname, join, resolve } from 'node:path'
import type { Db, OpenOptions, ServerWait } from './db.js'
import { serverUrlFault } from './mysql/url.js'
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

/** Returns the path of the file recording the last known log offset of this database. */
export const positionFileOf = (url: string) =>
  isServer(url) ? join(dataFolder(url), 'log-position') : `${databaseFile(url)}.log-position`

export { databaseFile }

/** Opens the migrated database at `url`. Loads only the driver in use. */
export async function openDb(url: string, options: OpenOptions = DEFAULTS): Promise<Db> {
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

/** Returns the URL of a database without its password, for messages. */
export function withoutPassword(url: string): string {
  if (!isServer(url)) return url
  const shown = new URL(url)
  shown.password = ''
  return shown.href
}
