import { chownSync, copyFileSync, existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Database } from 'better-sqlite3'
import { CopyRefused } from '../copy/side.js'
import { openExclusive } from '../copy/sqlite-side.js'
import { migrate } from '../db/open.js'
import { databaseFile } from '../db/sqlite/file.js'
import { makeFolder, sync, syncNames } from '../on-disk.js'
import { companionsOf, copyDatabase, removeDatabase } from './files.js'
import { type Holdings, inspect } from './inspect.js'
import { beginNewLog, type NewLogOptions } from './new-log.js'
import { BackupRefused } from './refused.js'

export interface RestoreOptions extends NewLogOptions {
  /** URL of the database to replace or create, `file:…`. */
  url: string
  /** Path of the backup. */
  from: string
  /** Whether to replace an unreadable database, even though it cannot be checked whether a server uses it. */
  force: boolean
}

export interface Restored extends Holdings {
  /** New path of the replaced database; undefined if there was none. */
  replaced: string | undefined
  /** Migrations applied to the backup. */
  applied: string[]
  /** Number of sessions ended. */
  ended: number
}

const isSame = (one: string, other: string) => {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false, bigint: true }))
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev
}

/**
 * Locks the database exclusively and checkpoints it into its single file.
 * @returns the connection holding the lock; undefined if the file is not a valid database
 */
function lock(file: string, force: boolean): Database | undefined {
  let db: Database | undefined
  try {
    db = openExclusive(file)
    db.pragma('journal_mode = DELETE')
    db.exec('BEGIN EXCLUSIVE; COMMIT') // in exclusive locking mode the lock is kept
    return db
  } catch (error) {
    db?.close()
    if (error instanceof CopyRefused && error.cause === undefined) throw new BackupRefused(error.message)
    if (force) return undefined
    const { message } = error as Error
    throw new BackupRefused(
      `${message}. If no server works with it, add --force: what is there is kept under another name`,
    )
  }
}

/** Keeps the replaced database under a second name, which it returns. @param isCheckpointed whether `file` is complete */
function keepReplaced(file: string, isCheckpointed: boolean): string {
  const copy = `${file}.replaced-${new Date().toISOString().replace(/[-:.]/g, '')}`
  // A leftover write-ahead log would be replayed into the new database.
  for (const path of companionsOf(file)) {
    if (isCheckpointed) rmSync(path)
    else renameSync(path, path.replace(file, copy))
  }
  try {
    linkSync(file, copy) // `file` never disappears, so a starting server cannot create an empty one
  } catch {
    copyFileSync(file, copy) // the file system has no hard links
    sync(copy)
  }
  return copy
}

/**
 * Restores a backup over a SQLite database no server uses. A draft is checked, migrated and given a new epoch, then renamed
 * atomically: an interruption leaves either the old database or the restored one. The replaced database is kept next to it.
 * @throws BackupRefused, MigrationMismatch, or an error of the file system
 */
export async function restore({ url, from, force, keepSessions }: RestoreOptions): Promise<Restored> {
  const [file, backup] = [databaseFile(url), resolve(from)]
  if (!existsSync(backup)) throw new BackupRefused(`there is no file ${backup}`)
  if (isSame(backup, file)) throw new BackupRefused(`${backup} is the database itself`)
  makeFolder(dirname(file))
  const old = statSync(file, { throwIfNoEntry: false })
  const locked = old && lock(file, force)
  const draft = `${file}.restoring`
  try {
    removeDatabase(draft) // left by an interrupted restore
    await copyDatabase(backup, draft)
    await inspect(draft, backup)
    const applied = await migrate(`file:${draft}`)
    const { ended } = await beginNewLog(`file:${draft}`, { keepSessions })
    const holdings = await inspect(draft, backup)
    if (old) giveTo(draft, old)
    sync(draft)
    const replaced = old && keepReplaced(file, locked !== undefined)
    renameSync(draft, file)
    syncNames(dirname(file))
    return { ...holdings, applied, ended, replaced }
  } finally {
    removeDatabase(draft)
    locked?.close()
  }
}

/** Keeps the owner of the replaced file: the restore may run as root. */
function giveTo(file: string, { uid, gid }: { uid: number; gid: number }): void {
  const now = statSync(file)
  if (now.uid !== uid || now.gid !== gid) chownSync(file, uid, gid)
}
