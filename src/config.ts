import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { findFaults, findWeakSecrets, listOf } from './config/checks.js'
import { ConfigError } from './config/fault.js'
import { warnOfMisspelt } from './config/misspelt.js'
import { parseEnvironment } from './config/parse.js'
import { readSecretFiles } from './config/secret-files.js'
import type { ConnectionLimits } from './connections/limits.js'

export { ConfigError }

/** The settings, checked. Read once at start and handed down; nothing else reads the environment. */
export interface Config {
  production: boolean
  port: number
  host: string
  databaseUrl: string
  /** How long a start waits for a database server that cannot be reached, in milliseconds. */
  databaseWait: number
  /** Connections to a database server at most. */
  databasePoolSize: number
  /** Where processes share limits and locks, and wake each other. */
  redisUrl: string | undefined
  /** Signs access tokens. Undefined where none is set, which production refuses: one is kept beside the database. */
  jwtSecret: string | undefined
  /** Keys that sign nothing any more, whose tokens are good until they expire. */
  retiredJwtSecrets: string[]
  admin: { email: string; password: string } | undefined
  bcryptCost: number
  /** Origins that may call with cookies, beside the server's own. */
  corsOrigins: string[]
  /** Whose X-Forwarded-* headers count: everybody's, nobody's, some addresses', or the nearest so many hops'. */
  trustProxy: boolean | string | ((address: string, hop: number) => boolean)
  /** Lets a scraper read the metrics from elsewhere than this machine. */
  metricsToken: string | undefined
  logLevel: string
  logPretty: boolean
  productWriteAccess: 'admin' | 'authenticated'
  /** Requests a minute from one address; 0 for no limit. */
  rateLimitMax: number
  /** Sign-ins, registrations and refreshes a minute from one address; 0 for no limit. */
  authRateLimitMax: number
  /** What connections may take, whatever they carry. */
  connections: ConnectionLimits
  /** How long new connections are still taken after a signal to end, in milliseconds. */
  shutdownDelay: number
  /** `stock:low` tells when a product's stock falls to this or below. */
  lowStockThreshold: number
  /** What the dashboard shows amounts in (ISO 4217). */
  currency: string
  /** Events that a socket which comes back is told at most; one that missed more loads its state anew. */
  replayMax: number
  /** Days that an event stays in the log. */
  eventRetention: number
  /** Orders that one transaction takes at most. */
  orderBatchMax: number
  /** Pending orders that one account may have; 0 for no limit. */
  maxOpenOrders: number
  /** Units that one account may have in pending orders; 0 for no limit. */
  maxHeldUnits: number
  /** Orders that may wait at most; more are refused with 503. */
  orderQueueMax: number
  /** What is allowed and unwise, as sentences for the log. */
  warnings: string[]
}

const TRUSTS_ALL =
  'TRUST_PROXY=true lets every client choose the address that it is limited by: set the number of proxies instead'

/**
 * Reads the settings from `env` and, where there is one, the file `.env` in the working directory (which the
 * environment overrides).
 * @throws ConfigError naming every bad setting, and in production every unsafe one.
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}
  const given = { ...filledIn(file), ...filledIn(env) }
  const secrets = readSecretFiles(given)
  const { settings, faults: invalid } = parseEnvironment({ ...given, ...secrets.values })
  const production = settings.NODE_ENV === 'production'
  const weak = findWeakSecrets(settings)
  const faults = [...secrets.faults, ...invalid, ...findFaults(settings), ...(production ? weak : [])]
  if (faults.length > 0) throw new ConfigError(faults)
  const warnings = warnOfMisspelt(Object.keys(given))
  if (settings.TRUST_PROXY === 'true') warnings.push(TRUSTS_ALL)
  for (const { setting, message } of weak) warnings.push(`${setting} ${message}. Production refuses it`)
  const [jwtSecret, ...retiredJwtSecrets] = listOf(settings.JWT_SECRET)
  return {
    production,
    port: settings.PORT,
    host: settings.HOST,
    databaseUrl: settings.DATABASE_URL,
    databaseWait: settings.DB_WAIT * 1000,
    databasePoolSize: settings.DB_POOL_SIZE,
    redisUrl: settings.REDIS_URL,
    jwtSecret,
    retiredJwtSecrets,
    admin:
      settings.ADMIN_EMAIL && settings.ADMIN_PASSWORD
        ? { email: settings.ADMIN_EMAIL, password: settings.ADMIN_PASSWORD }
        : undefined,
    bcryptCost: settings.BCRYPT_COST,
    corsOrigins: listOf(settings.CORS_ORIGIN),
    trustProxy: parseTrust(settings.TRUST_PROXY),
    metricsToken: settings.METRICS_TOKEN,
    logLevel: settings.LOG_LEVEL,
    logPretty: settings.LOG_PRETTY,
    productWriteAccess: settings.PRODUCT_WRITE_ACCESS,
    rateLimitMax: settings.RATE_LIMIT_MAX,
    authRateLimitMax: settings.AUTH_RATE_LIMIT_MAX,
    connections: {
      total: settings.CONNECTIONS_MAX,
      perAddress: settings.ADDRESS_CONNECTIONS_MAX,
      requestMs: settings.REQUEST_TIMEOUT * 1000,
      sendMs: settings.SEND_TIMEOUT * 1000,
      idleMs: settings.IDLE_TIMEOUT * 1000,
    },
    shutdownDelay: settings.SHUTDOWN_DELAY * 1000,
    lowStockThreshold: settings.LOW_STOCK_THRESHOLD,
    currency: settings.CURRENCY,
    replayMax: settings.REPLAY_MAX,
    eventRetention: settings.EVENT_RETENTION,
    orderBatchMax: settings.ORDER_BATCH_MAX,
    maxOpenOrders: settings.MAX_OPEN_ORDERS,
    maxHeldUnits: settings.MAX_HELD_UNITS,
    orderQueueMax: settings.ORDER_QUEUE_MAX,
    warnings,
  }
}

const filledIn = (settings: NodeJS.Dict<string>) =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ''))

/** `true`, `false`, a number of proxies, or a list of addresses and networks. */
function parseTrust(text = 'false'): Config['trustProxy'] {
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^\d+$/.test(text)) return (_address, hop) => hop < Number(text)
  return text
}
