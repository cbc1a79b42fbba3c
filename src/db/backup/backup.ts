import { mkdirSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { databaseFile } from '../sqlite/file.js'
import { copyDatabase, publish, removeDatabase } from './files.js'
import { type Holdings, inspect } from './inspect.js'
import { BackupRefused } from './refused.js'

export interface BackupOptions {
  /** The database, `file:…`. */
  url: string
  /** The file to make, or a folder, in which it is named by the database and the time. */
  to: string
  /** Whether a file that is there may be replaced. */
  overwrite: boolean
}

export interface Backup extends Holdings {
  file: string
  bytes: number
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

const timeOf = (at: Date) => at.toISOString().replace(/[-:]|\.\d+/g, '')

/**
 * Makes a backup of a SQLite database while servers work with it: of one moment, checked after it was written, readable by
 * its owner alone, on disk when this returns, and there as a whole or not at all.
 * @throws BackupRefused, MigrationMismatch; what the file system refuses.
 */
export async function backUp({ url, to, overwrite }: BackupOptions): Promise<Backup> {
  const source = databaseFile(url)
  const named = `${basename(source, extname(source))}-${timeOf(new Date())}.db`
  // A slash at the end means a folder, which may not be there yet.
  const file = isFolder(to) || /[\\/]$/.test(to) ? join(resolve(to), named) : resolve(to)
  if (file === source) throw new BackupRefused(`${file} is the database itself`)
  if (!overwrite && statSync(file, { throwIfNoEntry: false }))
    throw new BackupRefused(`${file} is there already: name another file, or add --force`)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}`)
  try {
    await copyDatabase(source, draft)
    const holdings = await inspect(draft, 'the backup')
    publish(draft, file, overwrite)
    return { ...holdings, file, bytes: statSync(file).size }
  } finally {
    removeDatabase(draft)
  }
}
