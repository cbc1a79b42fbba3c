import { statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Database } from 'better-sqlite3'

/**
 * Writes a page of the database as it is and syncs it, unless a transaction is open, which is about to do as much. An UPDATE
 * that changes nothing would write nothing; the header's user version is written in any case.
 * @throws SqliteError
 */
export function probe(database: Database | undefined): void {
  if (!database || database.inTransaction) return
  const version = database.pragma('user_version', { simple: true })
  database.pragma(`user_version = ${version}`)
}

/**
 * Remembers which file `path` names now.
 * @returns whether it names another now, or none: an open file goes with its folder when that is moved, and changes go into it.
 */
export function watchFile(path: string): () => Promise<boolean> {
  const { dev, ino } = statSync(path, { bigint: true })
  return async () => {
    const now = await stat(path, { bigint: true }).catch(() => undefined)
    return now?.ino !== ino || now.dev !== dev
  }
}
