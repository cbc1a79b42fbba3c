import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { listOf } from './config/addresses.js'
import { ConfigError } from './config/fault.js'
import { type ReadSettings, readSettings } from './config/read-settings.js'
import { type TracingConfig, tracingOf } from './config/tracing.js'
import type { ConnectionLimits } from './connections/limits.js'
import { dataFolder } from './db/open.js'

export { ConfigError }

/** Validated settings. Read once at start and passed down; nothing else reads the environment. */
export interface Config {
  production: boolean
  port: number
  host: string
  /** Processes that serve; with more than one, another process commits their orders. */
  workers: number
  databaseUrl: string
  /** How long the start waits for an unreachable database server, in milliseconds. */
  databaseWait: number
  /** Maximum connections to a database server. */
  databasePoolSize: number
  /** Whether lists and searches are read from replicas among several database servers. */
  readReplicas: boolean
  /** Redis, where processes share limits and locks and notify each other. */
  redisUrl: string | undefined
  /** How long a request waits for Redis before it goes on without, in milliseconds. */
  redisTimeout: number
  /** Signs access tokens. If undefined (never in production), a generated one is stored next to the database. */
  jwtSecret: string | undefined
  /** Previous keys: no longer sign, but their tokens are valid until they expire. */
  retiredJwtSecrets: string[]
  /** Keys to the secrets of authenticator apps: the first encrypts, all decrypt, and so do the signing keys. */
  encryptionKeys: string[]
  admin: { email: string; password: string } | undefined
  /** Whether admins need a second factor: without one they may set it up, and nothing else. */
  adminMfaRequired: boolean
  /** Whether placing orders takes a verified email address. */
  verifiedEmailRequired: boolean
  bcryptCost: number
  /** Niceness of the hashing threads, 0 to 19. */
  bcryptNiceness: number
  /** Time without a refresh after which a session ends, in milliseconds. */
  sessionIdleMs: number
  /** Origins allowed to call with cookies, besides the server's own. */
  corsOrigins: string[]
  /** Whose X-Forwarded-* headers are trusted: all, none, those of some addresses, or the nearest hops. */
  trustProxy: boolean | string | ((address: string, hop: number) => boolean)
  /** Bearer token for scraping the metrics remotely. */
  metricsToken: string | undefined
  /** Server for outgoing mail. If undefined, mails are files outside production, and there are none in production. */
  mailUrl: string | undefined
  /** The sender of mails: an address, or a name and an address. */
  mailFrom: string
  /** The folder of mails written as files. */
  mailFolder: string
  /** Where browsers reach this server, without a slash at the end; undefined for the address it listens on. */
  publicUrl: string | undefined
  logLevel: string
  logPretty: boolean
  productWriteAccess: 'admin' | 'authenticated'
  /** Requests per minute and address; 0 for no limit. */
  rateLimitMax: number
  /** Sign-ins, registrations, refreshes and password changes per minute and address; 0 for no limit. */
  authRateLimitMax: number
  /** Requests per minute with one API key; 0 for no limit. */
  apiKeyRateLimitMax: number
  /** Limits of connections, for any protocol. */
  connections: ConnectionLimits
  /** How long to accept new connections after a termination signal, in milliseconds. */
  shutdownDelay: number
  /** `stock:low` is sent when a product's stock falls to this or below. */
  lowStockThreshold: number
  /** Name of the shop, as people know it. */
  shopName: string
  /** Currency of all amounts (ISO 4217). */
  currency: string
  /** Maximum events replayed to a resuming socket; after a longer gap it reloads its state. */
  replayMax: number
  webhooks: {
    /** Whether they may be at private, loopback and link-local addresses. */
    allowPrivate: boolean
    /** Whether they have to be reached by HTTPS. */
    httpsOnly: boolean
  }
  /** Days to keep events in the log. */
  eventRetention: number
  /** Days to keep entries of the audit trail. */
  auditRetention: number
  /** Hours to keep the answers to requests with an idempotency key. */
  idempotencyRetention: number
  /** Maximum orders per transaction. */
  orderBatchMax: number
  /** Whether nodes that share Redis and a database server elect one that commits the orders of all. */
  orderCommitter: 'elected' | 'each'
  /** Seconds until a pending order is cancelled if its request names no other time; 0 for never. */
  orderExpiresAfter: number
  /** Maximum pending orders per account; 0 for no limit. */
  maxOpenOrders: number
  /** Maximum units in pending orders per account; 0 for no limit. */
  maxHeldUnits: number
  /** Maximum queued orders; beyond that they are refused with 503. */
  orderQueueMax: number
  /** Where traces are sent; undefined for none. */
  tracing: TracingConfig | undefined
  /** Warnings about allowed but unwise settings, for the log. */
  warnings: string[]
}

/**
 * Reads the settings from `env` and, if it exists, the file `.env` in the working directory; the environment wins.
 * @throws ConfigError naming every invalid setting, and in production every unsafe one
 */
export const loadConfig = (env: NodeJS.ProcessEnv): Config => configOf(readSettings(env))

/** Returns the given settings, with the defaults of the others. @throws ConfigError as `loadConfig` */
export const loadSettings = (given: Record<string, string>): Config => configOf(readSettings(given, {}))

function configOf({ settings, faults, warnings }: ReadSettings): Config {
  if (faults.length > 0) throw new ConfigError(faults)
  const production = settings.NODE_ENV === 'production'
  const [jwtSecret, ...retiredJwtSecrets] = listOf(settings.JWT_SECRET)
  return {
    production,
    port: settings.PORT,
    host: settings.HOST,
    workers: settings.WORKERS === 'auto' ? availableParallelism() : Number(settings.WORKERS),
    databaseUrl: settings.DATABASE_URL,
    databaseWait: settings.DB_WAIT * 1000,
    databasePoolSize: settings.DB_POOL_SIZE,
    readReplicas: settings.READ_REPLICAS,
    redisUrl: settings.REDIS_URL,
    redisTimeout: settings.REDIS_TIMEOUT_MS,
    jwtSecret,
    retiredJwtSecrets,
    encryptionKeys: listOf(settings.ENCRYPTION_KEY),
    admin:
      settings.ADMIN_EMAIL && settings.ADMIN_PASSWORD
        ? { email: settings.ADMIN_EMAIL, password: settings.ADMIN_PASSWORD }
        : undefined,
    adminMfaRequired: settings.ADMIN_MFA === 'required',
    verifiedEmailRequired: settings.REQUIRE_VERIFIED_EMAIL,
    bcryptCost: settings.BCRYPT_COST,
    bcryptNiceness: settings.BCRYPT_NICENESS,
    sessionIdleMs: settings.SESSION_IDLE_DAYS * 24 * 60 * 60 * 1000,
    corsOrigins: listOf(settings.CORS_ORIGIN),
    trustProxy: parseTrust(settings.TRUST_PROXY),
    metricsToken: settings.METRICS_TOKEN,
    mailUrl: settings.MAIL_URL,
    mailFrom: settings.MAIL_FROM ?? 'stockroom@localhost',
    mailFolder: join(dataFolder(settings.DATABASE_URL), 'mail'),
    publicUrl: settings.PUBLIC_URL?.replace(/\/+$/, ''),
    logLevel: settings.LOG_LEVEL,
    logPretty: settings.LOG_PRETTY,
    productWriteAccess: settings.PRODUCT_WRITE_ACCESS,
    rateLimitMax: settings.RATE_LIMIT_MAX,
    authRateLimitMax: settings.AUTH_RATE_LIMIT_MAX,
    apiKeyRateLimitMax: settings.API_KEY_RATE_LIMIT_MAX,
    connections: {
      total: settings.CONNECTIONS_MAX,
      perAddress: settings.ADDRESS_CONNECTIONS_MAX,
      requestMs: settings.REQUEST_TIMEOUT * 1000,
      sendMs: settings.SEND_TIMEOUT * 1000,
      idleMs: settings.IDLE_TIMEOUT * 1000,
    },
    shutdownDelay: settings.SHUTDOWN_DELAY * 1000,
    lowStockThreshold: settings.LOW_STOCK_THRESHOLD,
    shopName: settings.SHOP_NAME,
    currency: settings.CURRENCY,
    replayMax: settings.REPLAY_MAX,
    webhooks: {
      allowPrivate: settings.WEBHOOK_ALLOW_PRIVATE,
      httpsOnly: production && !settings.WEBHOOK_ALLOW_PRIVATE,
    },
    eventRetention: settings.EVENT_RETENTION,
    auditRetention: settings.AUDIT_RETENTION,
    idempotencyRetention: settings.IDEMPOTENCY_RETENTION,
    orderBatchMax: settings.ORDER_BATCH_MAX,
    orderCommitter: settings.ORDER_COMMITTER,
    orderExpiresAfter: settings.ORDER_EXPIRES_AFTER,
    maxOpenOrders: settings.MAX_OPEN_ORDERS,
    maxHeldUnits: settings.MAX_HELD_UNITS,
    orderQueueMax: settings.ORDER_QUEUE_MAX,
    tracing: tracingOf(settings),
    warnings,
  }
}

/** Parses `true`, `false`, a number of proxies, or a list of addresses and networks. */
function parseTrust(text = 'false'): Config['trustProxy'] {
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^\d+$/.test(text)) return (_address, hop) => hop < Number(text)
  return text
}
