import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { BackupRefused } from './refused.js'

/** What SQLite may keep beside a database file, by what is added to its name. */
const COMPANIONS = ['-wal', '-shm', '-journal']

// Large enough that a copy is quick, small enough that the process answers a signal in between.
const PAGES_A_STEP = 2_000

export const companionsOf = (file: string) => COMPANIONS.map((suffix) => file + suffix).filter(existsSync)

/** Deletes a database file and what SQLite keeps beside it, as far as they are there. */
export function removeDatabase(file: string): void {
  for (const path of [...COMPANIONS.map((suffix) => file + suffix), file]) rmSync(path, { force: true })
}

/** Forces a file, or the names in a folder, to disk. */
export function sync(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/**
 * Copies the database `from` into the new file `to`, readable by its owner alone, as it is at one moment. Others may write
 * to `from` meanwhile: the copy is of the snapshot that an open read transaction keeps, and need not begin anew for them
 * (https://www.sqlite.org/backup.html, https://www.sqlite.org/isolation.html).
 * @throws BackupRefused when `from` cannot be read as a database; what the file system refuses.
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const source = openToRead(from)
  try {
    closeSync(openSync(to, 'wx', 0o600))
    await source.backup(to, { progress: () => PAGES_A_STEP })
  } finally {
    source.close()
  }
}

function openToRead(file: string): Database.Database {
  if (!existsSync(file)) throw new BackupRefused(`there is no file ${file}`)
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
 * Gives the finished file `draft` its name, whole or not at all, and forces both to disk.
 * @throws BackupRefused when `file` is there and is not to be overwritten.
 */
export function publish(draft: string, file: string, overwrite: boolean): void {
  sync(draft)
  if (overwrite) renameSync(draft, file)
  else publishNew(draft, file)
  sync(dirname(file))
}

function publishNew(draft: string, file: string): void {
  const refused = () => new BackupRefused(`${file} is there already: name another file, or add --force`)
  try {
    linkSync(draft, file) // unlike a renaming, it never replaces
    rmSync(draft)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw refused()
    // A file system without links.
    if (existsSync(file)) throw refused()
    renameSync(draft, file)
  }
}
