import { statSync } from 'node:fs'
import type { Database } from 'better-sqlite3'

/** After this long without a commit, the log is checkpointed and truncated. */
const QUIET_MS = 5_000
/** Logs up to this size are left alone. */
const MIN_TRUNCATED_BYTES = 4 * 1024 * 1024

interface CheckpointRow {
  /** 1 if a reader or writer of another connection blocked the checkpoint. */
  busy: number
}

/**
 * Reclaims the disk space of `file`'s write-ahead log, which grows while a reader holds an old snapshot.
 * SQLite itself only reuses the space (https://www.sqlite.org/wal.html#avoiding_excessively_large_wal_files).
 * @returns `changed`, to be called after each commit, and `stop`.
 */
export function shrinkLog(database: Database, file: string) {
  const timer = setTimeout(() => {
    if (shrink()) return
    timer.refresh()
  }, QUIET_MS).unref()

  /**
   * Truncates the log.
   * @returns whether nothing is left to do.
   */
  function shrink(): boolean {
    if (!database.open) return true
    try {
      if (database.inTransaction) return false
      if (statSync(`${file}-wal`).size <= MIN_TRUNCATED_BYTES) return true
      const [row] = database.pragma('wal_checkpoint(TRUNCATE)') as CheckpointRow[]
      return row?.busy === 0
    } catch {
      return false // the disk may recover
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
