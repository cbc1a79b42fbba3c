/**
 * `npm run db:new-epoch` gives the log of the database a new epoch, after a backup was restored by other means than
 * `npm run db:restore`, and ends all sessions, unless `--keep-sessions` is given. Servers may run.
 */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { loadConfig } from './config.js'
import { beginNewLog } from './db/backup/new-log.js'
import { isServer, migrate } from './db/open.js'
import { databaseFile } from './db/sqlite/file.js'

try {
  const { values } = parseArgs({ options: { 'keep-sessions': { type: 'boolean', default: false } } })
  const { databaseUrl: url } = loadConfig(process.env)
  // It would be made.
  if (!isServer(url) && !existsSync(databaseFile(url)))
    throw new Error(`there is no file ${databaseFile(url)}`)
  const applied = await migrate(url)
  if (applied.length > 0) console.log(`Applied ${applied.join(', ')}.`)
  const keepSessions = values['keep-sessions']
  const { epoch, ended } = await beginNewLog(url, { keepSessions })
  console.log(
    `The log has the epoch ${epoch} now. ${keepSessions ? 'Sessions go on' : `${ended} sessions have ended`}.`,
  )
} catch (error) {
  console.error(`The log was not changed: ${(error as Error).message}`)
  process.exitCode = 1
}
