/**
 * `npm run db:restore -- FILE` replaces the configured database with a backup. Stop the server first. `--keep-sessions`
 * keeps users signed in; `--force` replaces an unreadable database.
 */
import { parseArgs } from 'node:util'
import { describe } from './backup/inspect.js'
import { BackupRefused } from './backup/refused.js'
import { restore } from './backup/restore.js'
import { loadConfig } from './config.js'
import { isServer } from './db/open.js'

function parseOptions(): { from: string; force: boolean; keepSessions: boolean } {
  const usage = new BackupRefused('use it as in npm run db:restore -- backups/monday.db')
  const flag = { type: 'boolean', default: false } as const
  try {
    const { values, positionals } = parseArgs({
      options: { force: flag, 'keep-sessions': flag },
      allowPositionals: true,
    })
    const [from] = positionals
    if (from === undefined || positionals.length > 1) throw usage
    return { from, force: values.force, keepSessions: values['keep-sessions'] }
  } catch {
    throw usage
  }
}

try {
  const options = parseOptions()
  const { databaseUrl: url } = loadConfig(process.env)
  if (isServer(url))
    throw new BackupRefused(
      'a database server is restored by its own program, mariadb or mysql, and npm run db:new-epoch: see docs/runbook.md',
    )
  const { replaced, applied, ended, faults, ...holdings } = await restore({ url, ...options })
  console.log(`Restored: ${describe({ ...holdings, faults })}.`)
  if (applied.length > 0) console.log(`Applied ${applied.join(', ')}.`)
  console.log(
    options.keepSessions ? 'Sessions continue.' : `${ended} sessions have ended: users must sign in again.`,
  )
  if (replaced) console.log(`The replaced database is kept as ${replaced}: delete it when it is not wanted.`)
  if (faults.length > 0) console.error(`The books of the backup do not balance: ${faults.join('; ')}.`)
} catch (error) {
  console.error(`Nothing was restored: ${(error as Error).message}`)
  process.exitCode = 1
}
