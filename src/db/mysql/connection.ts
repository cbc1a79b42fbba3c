import type { SecureContextOptions } from 'node:tls'
import type { Connection, ConnectionConfig } from 'mariadb'
import { DatabaseUnusable } from '../errors.js'
import { parseServerUrl, serverUrlFault } from './url.js'

const CONNECT_TIMEOUT_MS = 2_000
// Gives up on a hung server; no statement of this program takes nearly as long.
const SOCKET_TIMEOUT_MS = 10_000
const LOCK_WAIT_SECONDS = 5
/** InnoDB's minimum: an order batch proceeds with other products instead of waiting. */
const SHORT_LOCK_WAIT_SECONDS = 1

/**
 * Session settings independent of the server's own: reject invalid data instead of coercing it; use UTC;
 * evaluate EXISTS per row (as a semijoin it would read all matching rows before returning the first).
 */
const SESSION = [
  `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO',
    time_zone = '+00:00', innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS},
    optimizer_switch = 'semijoin=off,materialization=off'`,
  // Under REPEATABLE READ a locking range read would also lock the gaps and block concurrent inserts.
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
]

export interface DriverSessionOptions {
  /** Whether the server rejects every write. */
  readOnly?: boolean
  /**
   * With `false`, a statement outside a transaction begins one, to be committed explicitly, and lock waits
   * are short.
   */
  autocommit?: boolean
}

/**
 * Returns the driver settings for `url` (`mysql://user:password@host:port/database`, with `?ssl=true` for TLS
 * with certificate verification).
 * @throws DatabaseUnusable for an invalid URL.
 */
export function connectionSettings(url: string): ConnectionConfig {
  const fault = serverUrlFault(url)
  if (fault) throw new DatabaseUnusable(`the URL ${fault}`)
  const { tls, ...address } = parseServerUrl(url)
  return {
    ...address,
    // With `true`, the driver verifies the certificate of a server addressed by IP against "localhost".
    ssl: tls && ({ host: address.host } as SecureContextOptions),
    collation: 'UTF8MB4_BIN',
    // Times are passed through unchanged: only `local` keeps the driver from setting the session time zone.
    timezone: 'local',
    // Without TLS, MySQL's caching_sha2_password encrypts the password with a key sent by the server. The key
    // is not authenticated, so an untrusted network needs TLS, where no key is requested.
    allowPublicKeyRetrieval: !tls,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    logParam: false, // keeps written data out of error messages
  }
}

/** Applies the session settings to a new connection. */
export async function prepareSession(
  connection: Connection,
  { readOnly = false, autocommit = true }: DriverSessionOptions = {},
) {
  for (const statement of SESSION) await connection.query(statement)
  if (!autocommit)
    await connection.query(
      `SET SESSION autocommit = 0, innodb_lock_wait_timeout = ${SHORT_LOCK_WAIT_SECONDS}`,
    )
  if (readOnly) await connection.query('SET SESSION TRANSACTION READ ONLY')
}
