import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { type Static, Type } from '@sinclair/typebox'
import { Ajv, type ErrorObject } from 'ajv'
import addFormats from 'ajv-formats'
import { passwordFault } from './accounts/passwords.js'
import { URL_PATTERN } from './db/open.js'
import { stringEnum } from './string-enum.js'

const count = (standard: number, maximum = 1_000_000) =>
  Type.Integer({ minimum: 0, maximum, default: standard })

// An empty variable means: not set.
const optional = (minLength = 1) => Type.Optional(Type.String({ minLength }))

// 32 characters at least, without the blanks around them.
const JWT_KEY = '\\s*[^\\s,][^,]{30,}[^\\s,]\\s*'

const Environment = Type.Object({
  NODE_ENV: Type.String({ default: 'development' }),
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 3000 }),
  HOST: Type.String({ minLength: 1, default: '127.0.0.1' }),
  DATABASE_URL: Type.String({
    pattern: URL_PATTERN,
    default: 'file:./data/stockroom.db',
  }),
  DB_WAIT: Type.Integer({ minimum: 0, maximum: 86_400, default: 30 }),
  REDIS_URL: Type.Optional(Type.String({ pattern: '^rediss?://[^/?#]+(/\\d*)?$' })),
  DB_POOL_SIZE: Type.Integer({ minimum: 3, maximum: 1_000, default: 10 }),
  JWT_SECRET: Type.Optional(Type.String({ pattern: `^${JWT_KEY}(,${JWT_KEY})*,?\\s*$` })),
  ADMIN_EMAIL: Type.Optional(Type.String({ format: 'email', maxLength: 254 })),
  ADMIN_PASSWORD: optional(),
  BCRYPT_COST: Type.Integer({ minimum: 4, maximum: 16, default: 12 }),
  CORS_ORIGIN: optional(),
  TRUST_PROXY: optional(),
  LOG_LEVEL: stringEnum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { default: 'info' }),
  LOG_PRETTY: Type.Boolean({ default: false }),
  PRODUCT_WRITE_ACCESS: stringEnum(['admin', 'authenticated'], { default: 'admin' }),
  RATE_LIMIT_MAX: count(1_000),
  AUTH_RATE_LIMIT_MAX: count(60),
  LOW_STOCK_THRESHOLD: count(10, 1_000_000_000),
  CURRENCY: Type.String({ pattern: '^[A-Z]{3}$', default: 'USD' }),
  REPLAY_MAX: count(100_000),
  EVENT_RETENTION: Type.Number({ minimum: 0.001, maximum: 36_500, default: 7 }),
  // From 1,000 ids on MariaDB turns IN (…) into a join, which may lock every product (in_predicate_conversion_threshold).
  ORDER_BATCH_MAX: Type.Integer({ minimum: 1, maximum: 999, default: 128 }),
  ORDER_QUEUE_MAX: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 10_000 }),
})

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
  logLevel: string
  logPretty: boolean
  productWriteAccess: 'admin' | 'authenticated'
  /** Requests a minute from one address; 0 for no limit. */
  rateLimitMax: number
  /** Sign-ins, registrations and refreshes a minute from one address; 0 for no limit. */
  authRateLimitMax: number
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

/** The environment doesn't make a configuration. The message names every variable at fault. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/**
 * Reads the settings from `env` and, where there is one, the file `.env` in the working directory (which the
 * environment overrides).
 * @throws ConfigError naming every bad setting.
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}
  const settings = parse({ ...filledIn(file), ...filledIn(env) })
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
  if (settings.REDIS_URL && !URL.canParse(settings.REDIS_URL)) faults.push('REDIS_URL is not a URL')
  if (faults.length > 0) throw new ConfigError(describe(faults))
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
    logLevel: settings.LOG_LEVEL,
    logPretty: settings.LOG_PRETTY,
    productWriteAccess: settings.PRODUCT_WRITE_ACCESS,
    rateLimitMax: settings.RATE_LIMIT_MAX,
    authRateLimitMax: settings.AUTH_RATE_LIMIT_MAX,
    lowStockThreshold: settings.LOW_STOCK_THRESHOLD,
    currency: settings.CURRENCY,
    replayMax: settings.REPLAY_MAX,
    eventRetention: settings.EVENT_RETENTION,
    orderBatchMax: settings.ORDER_BATCH_MAX,
    orderQueueMax: settings.ORDER_QUEUE_MAX,
  }
}

const check = addFormats
  .default(
    new Ajv({
      // To check the schema too, Ajv would compile its schema of schemas at each start.
      meta: false,
      validateSchema: false,
      allErrors: true,
      useDefaults: true,
      coerceTypes: true,
    }),
  )
  .compile<Static<typeof Environment>>(Environment)

function parse(env: Record<string, string | undefined>): Static<typeof Environment> {
  if (check(env)) return env
  throw new ConfigError(describe((check.errors ?? []).map(faultOf)))
}

function faultOf({ instancePath, keyword, params, message }: ErrorObject): string {
  const name = instancePath.slice(1) || String(params.missingProperty)
  if (name === 'DATABASE_URL') return `${name} must be file:PATH or mysql://USER:PASSWORD@HOST:PORT/DATABASE`
  if (name === 'CURRENCY') return `${name} must be a code of three letters, like USD`
  if (name === 'JWT_SECRET') return `${name} must have 32 characters at least, and so must each key of a list`
  if (name === 'REDIS_URL')
    return `${name} must be redis://USER:PASSWORD@HOST:PORT/NUMBER, or rediss:// for TLS`
  if (keyword === 'enum') return `${name} must be one of ${params.allowedValues.join(', ')}`
  if (keyword === 'format') return `${name} must be an ${params.format} address`
  return `${name} ${message}`
}

const filledIn = (settings: NodeJS.Dict<string>) =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ''))

const listOf = (text = '') => text.split(',').flatMap((item) => item.trim() || [])

const describe = (faults: string[]) =>
  `The settings are not usable:\n${[...new Set(faults)].map((f) => `  ${f}`).join('\n')}`

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
