import { driverCause, sqliteCode } from './driver-error.js'
import { StorageUnavailable } from './errors.js'

/**
 * SQLite's codes (https://www.sqlite.org/rescode.html) for a full or failing disk and a read-only, missing or
 * corrupt file. Extended codes share these prefixes.
 */
const SQLITE = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB)/

/**
 * MySQL and MariaDB's equivalents (https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html,
 * https://mariadb.com/kb/en/mariadb-error-code-reference).
 */
const SERVER = new Set([
  1021, // disk full
  1026, // error writing a file
  1030, // error from the storage engine
  1036, // the table is read-only
  1047, // the node is not ready: Galera, without a quorum or while it joins
  1114, // the table is full, which is also how InnoDB reports a full disk
  1207, // the lock cannot be acquired in a read-only transaction
  1290, // the server is read-only
  1792, // the session is read-only
  1836, // InnoDB is read-only
  1878, // a temporary file cannot be written
  1881, // InnoDB is in forced recovery
  3032, // the server is in offline mode, as a member expelled by its group
  3098, // the group refuses changes while it makes another member its primary
  3100, // a replication hook refused, as in a group without a quorum
  3101, // the group rolled the transaction back at commit
  3796, // a member of a group cannot be consistent with it
  3797, // the same
  3798, // the same
  3799, // the member is leaving the group
])

/** Operating system error codes, for files beside the database. */
const SYSTEM = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'])

/** Returns whether `error` is a storage failure, affecting every write. */
export function isStorageFailure(error: unknown): boolean {
  if (error instanceof StorageUnavailable) return true
  const { code, errno } = (error ?? {}) as { code?: unknown; errno?: unknown }
  const original = driverCause(error)?.originalCode
  return (
    SQLITE.test(sqliteCode(error) ?? original ?? '') ||
    SERVER.has(Number(original ?? errno)) ||
    SYSTEM.has(String(code))
  )
}
