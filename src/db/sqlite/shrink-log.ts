import { statSync } from 'node:fs'
import type { Database } from 'better-sqlite3'

/** Without a change for so long, the log is moved into the database and given back to the file system. */
const QUIET_MS = 5_000
/** A log that is no larger is not worth it. */
const KEPT_BYTES = 4 * 1024 * 1024

interface CheckpointRow {
  /** 1 where a reader or writer of another connection was in the way. */
  busy: number
}

/**
 * Gives back the disk that the write-ahead log of `file` has grown to, as it does while a reader keeps an old state. SQLite by
 * itself only overwrites the log (https://www.sqlite.org/wal.html#avoiding_excessively_large_wal_files).
 * @returns `changed`, to be called after each commit, and `stop`.
 */
export function shrinkLog(database: Database, file: string) {
  const timer = setTimeout(() => {
    if (shrink()) return
    timer.refresh()
  }, QUIET_MS).unref()

  /** @returns whether there is nothing left to do. */
  function shrink(): boolean {
    if (!database.open) return true
    try {
      if (database.inTransaction) return false
      if (statSync(`${file}-wal`).size <= KEPT_BYTES) return true
      const [row] = database.pragma('wal_checkpoint(TRUNCATE)') as CheckpointRow[]
      return row?.busy === 0
    } catch {
      return false // a disk that fails now may work later
    }
  }

  return {
    changed() {
      timer.refresh()
    },
    stop() {
      clearTimeout(timer)
    },
  }
}
