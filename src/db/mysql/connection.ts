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
 * A process that hangs within a batch of orders holds the counter of the log, which all writers wait for: MariaDB ends its
 * transaction after this time. MySQL has no such setting.
 */
const IDLE_TRANSACTION_SECONDS = 5

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
 * with certificate verification), which has one host.
 * @throws DatabaseUnusable for an invalid URL.
 */
export function connectionSettings(url: string): ConnectionConfig {
  const fault = serverUrlFault(url)
  if (fault) throw new DatabaseUnusable(`the URL ${fault}`)
  const { tls, ...address } = parseServerUrl(url)
  return {
    ...address,
    // With `true`, the driver verifies the certificate of a server addressed by IP against "localhost".
    ssl: tls ? ({ host: address.host, ...tls } as SecureContextOptions) : false,
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

/**
 * The variables of a session in a cluster, absent from servers without support for it:
 * https://mariadb.com/docs/galera-cluster/reference/galera-cluster-system-variables#wsrep_on and
 * https://dev.mysql.com/doc/refman/8.4/en/group-replication-system-variables.html#sysvar_group_replication_consistency
 */
const CLUSTER = "SHOW SESSION VARIABLES WHERE Variable_name IN ('wsrep_on', 'group_replication_consistency')"

const onGalera = new WeakSet<object>()

/** Returns whether a connection prepared by `prepareSession` is to a node of a Galera cluster. */
export const isOnGalera = ({ info }: Connection) => info !== null && onGalera.has(info)

/** Makes a new connection read everything committed before, on any server of a cluster. */
async function readCommitted(connection: Connection): Promise<void> {
  const rows = await connection.query<{ Variable_name: string; Value: string }[]>(CLUSTER)
  const variables = new Map(rows.map((row) => [row.Variable_name, row.Value]))
  if (variables.get('wsrep_on') === 'ON') {
    if (connection.info) onGalera.add(connection.info)
    // Reads wait until the node has applied the transactions of the others.
    await connection.query('SET SESSION wsrep_sync_wait = 1')
  }
  // A new primary answers once it has applied the transactions of the one before it.
  if (variables.get('group_replication_consistency') === 'EVENTUAL')
    await connection.query("SET SESSION group_replication_consistency = 'BEFORE_ON_PRIMARY_FAILOVER'")
}

/** Applies the session settings to a new connection. */
export async function prepareSession(
  connection: Connection,
  { readOnly = false, autocommit = true }: DriverSessionOptions = {},
) {
  for (const statement of SESSION) await connection.query(statement)
  await readCommitted(connection)
  if (!autocommit)
    await connection.query(
      `SET SESSION autocommit = 0, innodb_lock_wait_timeout = ${SHORT_LOCK_WAIT_SECONDS} /*M! , idle_transaction_timeout = ${IDLE_TRANSACTION_SECONDS} */`,
    )
  if (readOnly) await connection.query('SET SESSION TRANSACTION READ ONLY')
}
