/**
 * `npm run db:new-epoch` gives the event log a new epoch after a restore by other means than `npm run db:restore`, and ends
 * all sessions, unless `--keep-sessions`. Servers may be running.
 */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { beginNewLog } from './backup/new-log.js'
import { loadConfig } from './config.js'
import { databaseFile, isServer, migrate } from './db/open.js'

try {
  const { values } = parseArgs({ options: { 'keep-sessions': { type: 'boolean', default: false } } })
  const { databaseUrl: url } = loadConfig(process.env)
  // Opening it would create it.
  if (!isServer(url) && !existsSync(databaseFile(url)))
    throw new Error(`there is no file ${databaseFile(url)}`)
  const applied = await migrate(url)
  if (applied.length > 0) console.log(`Applied ${applied.join(', ')}.`)
  const keepSessions = values['keep-sessions']
  const { epoch, ended } = await beginNewLog(url, { keepSessions })
  console.log(
    `The log now has the epoch ${epoch}. ${keepSessions ? 'Sessions continue' : `${ended} sessions have ended`}.`,
  )
} catch (error) {
  console.error(`The log was not changed: ${(error as Error).message}`)
  process.exitCode = 1
}
