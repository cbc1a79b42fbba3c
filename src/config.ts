import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { passwordFault } from './accounts/passwords.js'
import { ConfigError, parseEnvironment } from './config/parse.js'
import type { ConnectionLimits } from './connections/limits.js'
import { databaseUrlFault } from './db/open.js'
import { redisUrlFault } from './redis/url.js'

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
  /** Orders that may wait at most; more are refused with 503. */
  orderQueueMax: number
}

/**
 * Reads the settings from `env` and, where there is one, the file `.env` in the working directory (which the
 * environment overrides).
 * @throws ConfigError naming every bad setting.
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}
  const settings = parseEnvironment({ ...filledIn(file), ...filledIn(env) })
  const faults: string[] = []
  if (settings.NODE_ENV === 'production' && !settings.JWT_SECRET)
    faults.push('JWT_SECRET must be set in production (32 characters at least)')
  if (Boolean(settings.ADMIN_EMAIL) !== Boolean(settings.ADMIN_PASSWORD))
    faults.push('ADMIN_EMAIL and ADMIN_PASSWORD must be set together')
  const passwordIs = settings.ADMIN_PASSWORD && passwordFault(settings.ADMIN_PASSWORD)
  if (passwordIs) faults.push(`ADMIN_PASSWORD ${passwordIs}`)
  const [jwtSecret, ...retiredJwtSecrets] = listOf(settings.JWT_SECRET)
  const corsOrigins = listOf(settings.CORS_ORIGIN)
  for (const origin of corsOrigins)
    if (!isOrigin(origin))
      faults.push(`CORS_ORIGIN must list origins like https://shop.example, not "${origin}"`)
  const databaseUrlIs = databaseUrlFault(settings.DATABASE_URL)
  if (databaseUrlIs) faults.push(`DATABASE_URL ${databaseUrlIs}`)
  const redisUrlIs = settings.REDIS_URL && redisUrlFault(settings.REDIS_URL)
  if (redisUrlIs) faults.push(`REDIS_URL ${redisUrlIs}`)
  if (faults.length > 0) throw new ConfigError(faults)
  return {
    production: settings.NODE_ENV === 'production',
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
    corsOrigins,
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
    orderQueueMax: settings.ORDER_QUEUE_MAX,
  }
}

const filledIn = (settings: NodeJS.Dict<string>) =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ''))

const listOf = (text = '') => text.split(',').flatMap((item) => item.trim() || [])

function isOrigin(text: string): boolean {
  try {
    return new URL(text).origin === text
  } catch {
    return false
  }
}

/** `true`, `false`, a number of proxies, or a list of addresses and networks. */
function parseTrust(text = 'false'): Config['trustProxy'] {
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^\d+$/.test(text)) return (_address, hop) => hop < Number(text)
  return text
}
