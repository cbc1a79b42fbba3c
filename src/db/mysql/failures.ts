import { driverCause, prismaCode } from '../driver-error.js'

export const LOCK_WAIT_TIMEOUT = 1205

/** The number of an error of the server or of its driver; NaN for any other. */
export const serverErrno = (error: unknown) =>
  Number(driverCause(error)?.originalCode ?? ((error ?? {}) as { errno?: unknown }).errno)

/**
 * Errors after which the same transaction may be tried again: those of locks, of a server that is going down, full or
 * not yet the one to write to, and of a connection that could not be had or was lost. Of the server's own
 * (https://mariadb.com/kb/en/mariadb-error-code-reference,
 * https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html) and, from 45000 on, the driver's
 * (https://github.com/mariadb-corporation/mariadb-connector-nodejs/blob/3.4.5/lib/misc/errors.js).
 */
const PASSING = new Set([
  LOCK_WAIT_TIMEOUT,
  1213, // deadlock
  1020, // the row was changed since it was read
  1040, // too many connections
  1047, // the node is not ready: Galera, without a quorum or while it joins
  1203, // too many connections of this user
  1053, // server shutdown in progress
  1290, // the server is read-only
  1836, // the same, of InnoDB
  3100, // a replication hook refused, as in a group that elects
  3101, // the group found a conflict at the commit
  1317, // the query was interrupted
  1927, // the connection was killed
  4031, // the connection was idle for too long
  45001, // connection closed
  45004, // connection destroyed
  45009, // socket closed
  45012, // no connection in time
  45013, // connection closed before the command
  45019, // socket error
  45026, // no answer in time
  45027, // the pool was closed, as one is that found no server
  45028, // none of the pool in time
  45037, // the same as 45027
  45029, // session could not be set up
  45030, // the same
  45042, // no answer to a ping
  45060, // the pool could not connect
  45061, // the same
])

// What Prisma makes of some of them: P1001 unreachable, P1017 connection closed, P2024 none of the pool in time, P2028
// no transaction in time, P2034 deadlock.
const PASSING_PRISMA = new Set(['P1001', 'P1017', 'P2024', 'P2028', 'P2034'])

const NETWORK = /^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOTFOUND)$/

/** Whether `error` may pass, so that the same may be tried again. */
export function isPassing(error: unknown): boolean {
  if (PASSING.has(serverErrno(error))) return true
  const { code } = (error ?? {}) as { code?: unknown }
  return PASSING_PRISMA.has(prismaCode(error) ?? '') || NETWORK.test(String(code))
}
