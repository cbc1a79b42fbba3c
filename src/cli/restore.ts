import { describe } from '../backup/inspect.js'
import { BackupRefused } from '../backup/refused.js'
import { restore } from '../backup/restore.js'
import { loadConfig } from '../config.js'
import { isServer } from '../db/open.js'
import { attempt } from './attempt.js'

interface RestoreFlags {
  /** Whether to replace an unreadable database. */
  force?: boolean
  keepSessions?: boolean
}

/** Replaces the configured database by the backup `from`. */
export const restoreBackup = (from: string, { force = false, keepSessions = false }: RestoreFlags) =>
  attempt('Nothing was restored', async () => {
    const { databaseUrl: url } = loadConfig(process.env)
    if (isServer(url))
      throw new BackupRefused(
        'a database server is restored by its own program, mariadb or mysql, and stockroom new-epoch: see docs/backups.md',
      )
    const { replaced, applied, ended, faults, ...holdings } = await restore({
      url,
      from,
      force,
      keepSessions,
    })
    console.log(`Restored: ${describe({ ...holdings, faults })}.`)
    if (applied.length > 0) console.log(`Applied ${applied.join(', ')}.`)
    console.log(
      keepSessions ? 'Sessions continue.' : `${ended} sessions have ended: users must sign in again.`,
    )
    if (replaced)
      console.log(`The replaced database is kept as ${replaced}: delete it when it is not wanted.`)
    if (faults.length > 0) console.error(`The books of the backup do not balance: ${faults.join('; ')}.`)
  })
