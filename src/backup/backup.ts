import { statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { databaseFile } from '../db/sqlite/file.js'
import { makeFolder } from '../on-disk.js'
import { isIrregular } from '../regular-file.js'
import { copyDatabase, publish, removeDatabase } from './files.js'
import { type Holdings, inspect } from './inspect.js'
import { BackupRefused } from './refused.js'

export interface BackupOptions {
  /** URL of the database, `file:…`. */
  url: string
  /** File to create, or a folder to create it in, named after the database and the time. */
  to: string
  /** Whether to replace an existing file. */
  overwrite: boolean
}

export interface Backup extends Holdings {
  file: string
  bytes: number
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

const timeOf = (at: Date) => at.toISOString().replace(/[-:]|\.\d+/g, '')

/**
 * Backs up a SQLite database while servers use it: a consistent snapshot, checked after it is written, readable by its
 * owner only, fsynced before this returns, and created atomically.
 * @throws BackupRefused, MigrationMismatch, or an error of the file system
 */
export async function backUp({ url, to, overwrite }: BackupOptions): Promise<Backup> {
  const source = databaseFile(url)
  const named = `${basename(source, extname(source))}-${timeOf(new Date())}.db`
  // A trailing slash means a folder, which may not exist yet.
  const file = isFolder(to) || /[\\/]$/.test(to) ? join(resolve(to), named) : resolve(to)
  if (file === source) throw new BackupRefused(`${file} is the database itself`)
  if (!overwrite && statSync(file, { throwIfNoEntry: false }))
    throw new BackupRefused(`${file} is there already: name another file, or add --force`)
  if (isIrregular(file)) throw new BackupRefused(`${file} is not a regular file`)
  makeFolder(dirname(file))
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
