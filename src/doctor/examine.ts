import { ConfigError } from '../config/fault.js'
import { readSettings } from '../config/read-settings.js'
import { loadConfig } from '../config.js'
import { isServer } from '../db/open.js'
import { examineDatabase } from './database.js'
import { examineFiles } from './files.js'
import { type Finding, findingsOf, reasonOf } from './finding.js'
import { examineMail } from './mail.js'
import { examinePort } from './port.js'
import { examineProxies } from './proxy.js'
import { examineRedis } from './redis.js'
import { examineDriver, examineNode } from './runtime.js'
import { examineSettings } from './settings.js'

/** Reads the settings. @returns a finding if they are unreadable */
function read(env: NodeJS.ProcessEnv) {
  try {
    return readSettings(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return findingsOf('settings').fault(
      reasonOf({ message: error.message.split('\n').slice(1).join('; ').trim() }),
      'Let .env be a file that the user of the server can read.',
    )
  }
}

/**
 * Examines an installation, and yields its findings, topic by topic. Changes nothing, and sends no mail.
 * @param url where clients reach the server; PUBLIC_URL by default
 */
export async function* examine(env: NodeJS.ProcessEnv, url?: string): AsyncGenerator<Finding> {
  yield* examineNode()
  const settings = read(env)
  if ('topic' in settings) return yield settings
  yield* examineSettings(settings)
  // Every other check depends on valid settings.
  if (settings.faults.length > 0) return
  const config = loadConfig(env)
  const isFile = !isServer(config.databaseUrl)
  const driver = isFile ? await examineDriver() : []
  yield* driver
  yield* examineFiles(config.databaseUrl)
  if (driver.length === 0)
    yield* await examineDatabase(config.databaseUrl, {
      production: config.production,
      hasAdminSetting: config.admin !== undefined,
    })
  yield* await examineRedis(config.redisUrl)
  yield* await examineMail(config.mailUrl)
  const place = { host: config.host, port: config.port }
  const { found, free } = await examinePort(place)
  yield* found
  yield* await examineProxies(url ?? config.publicUrl, { place, free, trustProxy: config.trustProxy })
}
