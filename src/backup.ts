/**
 * `npm run db:backup -- FILE` backs up the configured database while servers use it. FILE may be a folder, where the backup
 * is named after the time; default: backups/. `--force` replaces FILE.
 */
import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { backUp } from './backup/backup.js'
import { describe } from './backup/inspect.js'
import { BackupRefused } from './backup/refused.js'
import { loadConfig } from './config.js'
import { isServer } from './db/open.js'

const FOLDER = 'backups'

function parseOptions(): { to: string | undefined; overwrite: boolean } {
  const usage = new BackupRefused('use it as in npm run db:backup -- backups/monday.db')
  try {
    const { values, positionals } = parseArgs({
      options: { force: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    if (positionals.length > 1) throw usage
    return { to: positionals[0], overwrite: values.force }
  } catch {
    throw usage
  }
}

try {
  const { to, overwrite } = parseOptions()
  const { databaseUrl: url } = loadConfig(process.env)
  if (isServer(url))
    throw new BackupRefused(
      'a database server is backed up by its own program, mariadb-dump or mysqldump: docs/runbook.md has the command',
    )
  if (to === undefined) mkdirSync(FOLDER, { recursive: true, mode: 0o700 })
  const backup = await backUp({ url, to: to ?? FOLDER, overwrite })
  console.log(`${backup.file}: ${describe(backup)}; ${backup.bytes} bytes, checked.`)
  if (backup.faults.length > 0) {
    console.error(`The books do not balance, in the database as in its backup: ${backup.faults.join('; ')}.`)
    process.exitCode = 1
  }
} catch (error) {
  console.error(`No backup was made: ${(error as Error).message}`)
  process.exitCode = 1
}
