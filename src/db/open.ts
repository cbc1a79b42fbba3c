import { dirname, join, resolve } from 'node:path'
import { serverUrlFault } from './mysql/url.js'
import { databaseFile, fileUrlFault } from './sqlite/file.js'
import type { Db, OpenOptions, Waiting } from './types.js'

const STANDARD: OpenOptions = { poolSize: 10 }

/** What the URL of a database looks like. */
export const URL_PATTERN = '^(file:.+|(mysql|mariadb)://[^/]+/.+)$'

/** Whether `url` names a database server, as `mysql://…` does, and not a file. */
export const isServer = (url: string) => /^(mysql|mariadb):/.test(url)

/** What is wrong with the URL of a database, or undefined; no part of it that may be secret is repeated. */
export const databaseUrlFault = (url: string) => (isServer(url) ? serverUrlFault(url) : fileUrlFault(url))

/** Where this process keeps what belongs to the database: the folder of its file, or, of a server's, ./data. */
export const dataFolder = (url: string) => (isServer(url) ? resolve('data') : dirname(databaseFile(url)))

/** Where it is kept how far the log of this database reached. */
export const positionFileOf = (url: string) =>
  isServer(url) ? join(dataFolder(url), 'log-position') : `${databaseFile(url)}.log-position`

/** Opens the database that `url` names, which must be migrated. Only the driver in use is loaded. */
export async function openDb(url: string, options: OpenOptions = STANDARD): Promise<Db> {
  if (isServer(url)) {
    const { openMysql } = await import('./mysql/open.js')
    return openMysql(url, options)
  }
  const { openSqlite } = await import('./sqlite/open.js')
  return openSqlite(url, options)
}

/**
 * Brings the database that `url` names up to date; a file is made where it is missing, a server's database is not.
 * @param waiting how long a server that cannot be reached yet is waited for
 * @returns the names of the migrations applied now.
 * @throws MigrationMismatch when its history and the migration files don't fit together; DatabaseUnusable for a
 * server that cannot be used.
 */
export async function migrate(url: string, waiting?: Waiting): Promise<string[]> {
  if (isServer(url)) {
    const { migrateMysql } = await import('./mysql/migrate.js')
    return migrateMysql(url, waiting)
  }
  const { migrateSqlite } = await import('./sqlite/migrate.js')
  return migrateSqlite(url)
}
