import {
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Database } from 'better-sqlite3'
import { CopyRefused } from '../copy/side.js'
import { migrate } from '../open.js'
import { openAlone } from '../sqlite/copy-side.js'
import { databaseFile } from '../sqlite/file.js'
import { companionsOf, copyDatabase, removeDatabase, sync } from './files.js'
import { type Holdings, inspect } from './inspect.js'
import { beginNewLog, type NewLogOptions } from './new-log.js'
import { BackupRefused } from './refused.js'

export interface RestoreOptions extends NewLogOptions {
  /** The database to be replaced, `file:…`, or to be made where there is none. */
  url: string
  /** The backup. */
  from: string
  /** Whether a database that cannot be read may be replaced, though nobody can tell whether a server works with it. */
  force: boolean
}

export interface Restored extends Holdings {
  /** Where the replaced database is now; undefined where there was none. */
  replaced: string | undefined
  /** The migrations that the backup lacked. */
  applied: string[]
  /** How many sessions ended. */
  ended: number
}

const isSame = (one: string, other: string) => {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false, bigint: true }))
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev
}

/**
 * Locks the database against everyone and folds it into its one file.
 * @returns what holds the lock; undefined for a file that is no sound database.
 */
function hold(file: string, force: boolean): Database | undefined {
  let db: Database | undefined
  try {
    db = openAlone(file)
    db.pragma('journal_mode = DELETE')
    db.exec('BEGIN EXCLUSIVE; COMMIT') // in its locking mode the lock stays
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

/** Keeps the database `file`, which was folded into that file or not, under a name of its own as well. @returns that name. */
function keepReplaced(file: string, isFolded: boolean): string {
  const kept = `${file}.replaced-${new Date().toISOString().replace(/[-:.]/g, '')}`
  // A write-ahead log of the replaced database would be played into the one that takes its place.
  for (const path of companionsOf(file)) {
    if (isFolded) rmSync(path)
    else renameSync(path, path.replace(file, kept))
  }
  try {
    linkSync(file, kept) // the database has its name all the time: no start finds none, and makes an empty one
  } catch {
    copyFileSync(file, kept) // a file system without links
    sync(kept)
  }
  return kept
}

/**
 * Puts the backup in the place of a SQLite database that no server works with. It is checked, migrated, and given a log of
 * a new epoch before it takes the name of the database in one step: whenever this is interrupted, the database is the old
 * one or the restored one, whole. The replaced database is kept beside it.
 * @throws BackupRefused, MigrationMismatch; what the file system refuses.
 */
export async function restore({ url, from, force, keepSessions }: RestoreOptions): Promise<Restored> {
  const [file, backup] = [databaseFile(url), resolve(from)]
  if (!existsSync(backup)) throw new BackupRefused(`there is no file ${backup}`)
  if (isSame(backup, file)) throw new BackupRefused(`${backup} is the database itself`)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const old = statSync(file, { throwIfNoEntry: false })
  const held = old && hold(file, force)
  const draft = `${file}.restoring`
  try {
    removeDatabase(draft) // of a restore that was interrupted
    await copyDatabase(backup, draft)
    await inspect(draft, backup)
    const applied = await migrate(`file:${draft}`)
    const { ended } = await beginNewLog(`file:${draft}`, { keepSessions })
    const holdings = await inspect(draft, backup)
    if (old) giveTo(draft, old)
    sync(draft)
    const replaced = old && keepReplaced(file, held !== undefined)
    renameSync(draft, file)
    sync(dirname(file))
    return { ...holdings, applied, ended, replaced }
  } finally {
    removeDatabase(draft)
    held?.close()
  }
}

/** Has `file` belong to whom the replaced one belonged to: it may be an administrator who restores. */
function giveTo(file: string, { uid, gid }: { uid: number; gid: number }): void {
  const now = statSync(file)
  if (now.uid !== uid || now.gid !== gid) chownSync(file, uid, gid)
}
