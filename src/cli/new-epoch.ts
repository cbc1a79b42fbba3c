import { existsSync } from 'node:fs'
import { beginNewLog } from '../backup/new-log.js'
import { loadConfig } from '../config.js'
import { databaseFile, isServer, migrate } from '../db/open.js'
import { attempt } from './attempt.js'

/** Gives the log of the configured database a new epoch, and ends all sessions unless told otherwise. Servers may be running. */
export const startNewEpoch = ({ keepSessions = false }: { keepSessions?: boolean }) =>
  attempt('The log was not changed', async () => {
    const { databaseUrl: url } = loadConfig(process.env)
    // Opening a missing file would create it.
    if (!isServer(url) && !existsSync(databaseFile(url)))
      throw new Error(`there is no file ${databaseFile(url)}`)
    const applied = await migrate(url)
    if (applied.length > 0) console.log(`Applied ${applied.join(', ')}.`)
    const { epoch, ended } = await beginNewLog(url, { keepSessions })
    console.log(
      `The log now has the epoch ${epoch}. ${keepSessions ? 'Sessions continue' : `${ended} sessions have ended`}.`,
    )
  })
