import { statSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { StorageUnavailable } from '../errors.js'

/**
 * Rewrites a database page unchanged and syncs it, unless an open transaction is about to do the same. A
 * no-op UPDATE would write nothing; setting the header's user version always writes.
 * @throws SqliteError
 */
export function probe(database: Database | undefined): void {
  if (!database || database.inTransaction) return
  const version = database.pragma('user_version', { simple: true })
  database.pragma(`user_version = ${version}`)
}

/**
 * Records the identity of the file at `path`.
 * @returns a check that throws StorageUnavailable if the path now names another file or none: an open file outlives its
 * name, and changes written to it would be lost with the process. It takes about 3 µs.
 */
export function watchFile(path: string): () => void {
  const { dev, ino } = statSync(path, { bigint: true })
  return () => {
    const now = statSync(path, { bigint: true, throwIfNoEntry: false })
    if (now?.ino !== ino || now.dev !== dev)
      throw new StorageUnavailable(new Error(`${path} was moved, replaced or deleted`))
  }
}
