import { driverCause, prismaCode } from '../driver-error.js'

export const LOCK_WAIT_TIMEOUT = 1205

/** Returns the error number of the server or its driver; NaN for other errors. */
export const serverErrno = (error: unknown) =>
  Number(driverCause(error)?.originalCode ?? ((error ?? {}) as { errno?: unknown }).errno)

/**
 * Errors of servers unable to take writes: read-only servers, and members of a cluster leaving it or without a
 * majority.
 */
const MISDIRECTED = new Set([
  1047, // the node is not ready: Galera, without a quorum or while it joins
  1290, // the server is read-only
  1792, // the session is read-only
  1836, // InnoDB is read-only
  3032, // the server is in offline mode, as a member expelled by its group
  3098, // the group refuses changes while it makes another member its primary
  3100, // a replication hook refused, as during a group election
  3101, // the group rolled the transaction back at commit
  3796, // the member's state in the group rules out its consistency
  3797, // the wait for the group's transactions failed
  3798, // the same
  3799, // the member is leaving the group
])

/**
 * Errors after which the same transaction may be retried: lock conflicts; a server shutting down,
 * full or not yet writable; a connection lost or not obtained. Server errors
 * (https://mariadb.com/kb/en/mariadb-error-code-reference,
 * https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html) and, from 45000, driver errors
 * (https://github.com/mariadb-corporation/mariadb-connector-nodejs/blob/3.4.5/lib/misc/errors.js).
 */
const RETRYABLE = new Set([
  ...MISDIRECTED,
  LOCK_WAIT_TIMEOUT,
  1213, // deadlock
  1020, // the row changed since it was read
  1040, // too many connections
  1203, // too many connections of this user
  1053, // server shutdown in progress
  1317, // the query was interrupted
  1927, // the connection was killed
  4031, // the connection was idle for too long
  45001, // connection closed
  45004, // connection destroyed
  45009, // socket closed
  45012, // connect timeout
  45013, // connection closed before the command
  45019, // socket error
  45026, // socket timeout
  45027, // the pool was closed, for example after finding no server
  45028, // pool acquire timeout
  45037, // the same as 45027
  45029, // session setup failed
  45030, // the same
  45042, // ping timeout
  45060, // the pool could not connect
  45061, // the same
])

// Prisma's codes for some of them: P1001 unreachable, P1017 connection closed, P2024 pool timeout, P2028
// transaction start timeout, P2034 deadlock.
const RETRYABLE_PRISMA = new Set(['P1001', 'P1017', 'P2024', 'P2028', 'P2034'])

const NETWORK = /^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOTFOUND)$/

/** Returns whether `error` means a server unable to take writes: another may be able. */
export const isMisdirected = (error: unknown) => MISDIRECTED.has(serverErrno(error))

/** Errors of the driver for a lost connection: see above. */
const FIRST_DRIVER_ERROR = 45_000

/** Returns whether `error` means a lost connection, or a failure to get one. */
export const isLost = (error: unknown) =>
  serverErrno(error) > FIRST_DRIVER_ERROR || NETWORK.test(String((error as { code?: unknown } | null)?.code))

/** Whether `error` is transient: the same operation may be retried. */
export function isRetryable(error: unknown): boolean {
  if (RETRYABLE.has(serverErrno(error))) return true
  const { code } = (error ?? {}) as { code?: unknown }
  return RETRYABLE_PRISMA.has(prismaCode(error) ?? '') || NETWORK.test(String(code))
}
