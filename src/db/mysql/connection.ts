import type { Connection, ConnectionConfig } from 'mariadb'
import { parseServerUrl, serverUrlFault } from './url.js'

/** A database server that cannot be used as it is. The message says why, in a line. */
export class DatabaseUnusable extends Error {
  override name = 'DatabaseUnusable'
}

const CONNECT_TIMEOUT_MS = 2_000
// A server that hangs is given up after this; no statement of the program's takes nearly as long.
const SOCKET_TIMEOUT_MS = 10_000
const LOCK_WAIT_SECONDS = 5
/** The least that InnoDB takes: who places orders goes on with others. */
const SHORT_LOCK_WAIT_SECONDS = 1

/**
 * What every session is set to, whatever the server's own settings: wrong data is refused and not bent; times are
 * UTC; and a question of a row is asked of the row (EXISTS is not turned into a join, which would read all rows that
 * pass before the first is shown).
 */
const SESSION = [
  `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO',
    time_zone = '+00:00', innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS},
    optimizer_switch = 'semijoin=off,materialization=off'`,
  // Under REPEATABLE READ a range that is read for writing would lock its gaps too, against all who insert there.
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
]

export interface SessionOptions {
  /** Whether the server is to refuse every change. */
  readOnly?: boolean
  /** Whether a statement outside a transaction begins one, which is to be committed, and waits for no row for long. */
  autocommit?: boolean
}

/**
 * The driver's settings for the database that `url` names (`mysql://user:password@host:port/database`, with
 * `?ssl=true` over TLS with a certificate that is checked).
 * @throws DatabaseUnusable for a URL that is not such.
 */
export function connectionSettings(url: string): ConnectionConfig {
  const fault = serverUrlFault(url)
  if (fault) throw new DatabaseUnusable(`the URL ${fault}`)
  const { tls, ...address } = parseServerUrl(url)
  return {
    ...address,
    ssl: tls,
    collation: 'UTF8MB4_BIN',
    // Times are sent and read as they are: `local` alone keeps the driver from setting the session's time zone.
    timezone: 'local',
    // Without TLS, MySQL's caching_sha2_password encrypts the password with a key that the server sends. Nothing proves that
    // it is the server's, so a network that others can write to needs TLS, where no key is asked for.
    allowPublicKeyRetrieval: !tls,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    logParam: false, // or an error would tell what was written
  }
}

/** Sets up the session of a new connection. */
export async function prepareSession(
  connection: Connection,
  { readOnly = false, autocommit = true }: SessionOptions = {},
) {
  for (const statement of SESSION) await connection.query(statement)
  if (!autocommit)
    await connection.query(
      `SET SESSION autocommit = 0, innodb_lock_wait_timeout = ${SHORT_LOCK_WAIT_SECONDS}`,
    )
  if (readOnly) await connection.query('SET SESSION TRANSACTION READ ONLY')
}

/** `url` without what is secret in it, for people to read. */
export function withoutPassword(url: string): string {
  const shown = new URL(url)
  shown.password = ''
  return shown.href
}
