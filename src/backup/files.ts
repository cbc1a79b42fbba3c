import { closeSync, existsSync, linkSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { sync, syncNames } from '../on-disk.js'
import { isIrregular } from '../regular-file.js'
import { BackupRefused } from './refused.js'

/** Suffixes of the files SQLite may keep next to a database. */
const COMPANIONS = ['-wal', '-shm', '-journal']

// Large enough to copy fast, small enough to handle a signal between steps.
const PAGES_PER_STEP = 2_000

export const companionsOf = (file: string) => COMPANIONS.map((suffix) => file + suffix).filter(existsSync)

/** Deletes a database file and its companion files, if they exist. */
export function removeDatabase(file: string): void {
  for (const path of [...COMPANIONS.map((suffix) => file + suffix), file]) rmSync(path, { force: true })
}

/**
 * Copies a consistent snapshot of the database `from` to the new file `to`, readable by its owner only. Concurrent writes
 * to `from` do not restart the copy, because an open read transaction pins its snapshot
 * (https://www.sqlite.org/backup.html, https://www.sqlite.org/isolation.html).
 * @throws BackupRefused if `from` is not a readable database, or an error of the file system
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const source = openToRead(from)
  try {
    closeSync(openSync(to, 'wx', 0o600))
    await source.backup(to, { progress: () => PAGES_PER_STEP })
  } finally {
    source.close()
  }
}

function openToRead(file: string): Database.Database {
  if (!existsSync(file)) throw new BackupRefused(`there is no file ${file}`)
  if (isIrregular(file)) throw new BackupRefused(`${file} is not a regular file`)
  let db: Database.Database | undefined
  try {
    db = new Database(file, { readonly: true, fileMustExist: true })
    db.exec('BEGIN')
    db.prepare('SELECT COUNT(*) FROM sqlite_schema').get()
    return db
  } catch (error) {
    db?.close()
    throw new BackupRefused(`${file} cannot be read as a database: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

/**
 * Renames the finished `draft` to `file` atomically, and fsyncs the file and its folder.
 * @throws BackupRefused if `file` exists and `overwrite` is false
 */
export function publish(draft: string, file: string, overwrite: boolean): void {
  sync(draft)
  if (overwrite) renameSync(draft, file)
  else publishNew(draft, file)
  syncNames(dirname(file))
}

function publishNew(draft: string, file: string): void {
  const refused = () => new BackupRefused(`${file} is there already: name another file, or add --force`)
  try {
    linkSync(draft, file) // unlike a rename, a link never replaces
    rmSync(draft)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw refused()
    // The file system has no hard links.
    if (existsSync(file)) throw refused()
    renameSync(draft, file)
  }
}
