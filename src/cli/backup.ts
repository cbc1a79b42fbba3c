import { backUp } from '../backup/backup.js'
import { describe } from '../backup/inspect.js'
import { BackupRefused } from '../backup/refused.js'
import { loadConfig } from '../config.js'
import { isServer } from '../db/open.js'
import { makeFolder } from '../on-disk.js'
import { attempt } from './attempt.js'

const FOLDER = 'backups'

/**
 * Backs up the configured database.
 * @param to the file, or a folder, where it is named after the time
 */
export const makeBackup = (to: string | undefined, { force: overwrite = false }: { force?: boolean }) =>
  attempt('No backup was made', async () => {
    const { databaseUrl: url } = loadConfig(process.env)
    if (isServer(url))
      throw new BackupRefused(
        'a database server is backed up by its own program, mariadb-dump or mysqldump: docs/backups.md has the command',
      )
    if (to === undefined) makeFolder(FOLDER)
    const backup = await backUp({ url, to: to ?? FOLDER, overwrite })
    console.log(`${backup.file}: ${describe(backup)}; ${backup.bytes} bytes, checked.`)
    if (backup.faults.length === 0) return
    console.error(`The books do not balance, in the database as in its backup: ${backup.faults.join('; ')}.`)
    process.exitCode = 1
  })
