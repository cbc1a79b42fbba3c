import { Type } from '@sinclair/typebox'
import { URL_PATTERN } from '../db/open.js'
import { stringEnum, VISIBLE } from '../http/schema.js'
import { samplers } from './samplers.js'

const seconds = (byDefault: number, minimum = 1) =>
  Type.Number({ minimum, maximum: 3_600, default: byDefault })

const count = (byDefault: number, maximum = 1_000_000) =>
  Type.Integer({ minimum: 0, maximum, default: byDefault })

// Empty variables count as unset.
const optional = (minLength = 1) => Type.Optional(Type.String({ minLength }))

// At least 32 characters, not counting surrounding blanks.
const KEY = '\\s*[^\\s,][^,]{30,}[^\\s,]\\s*'
const keys = () => Type.Optional(Type.String({ pattern: `^${KEY}(,${KEY})*,?\\s*$` }))

/** Schema of the settings: every environment variable with its default. */
export const Environment = Type.Object({
  NODE_ENV: Type.String({ default: 'development' }),
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 3000 }),
  HOST: Type.String({ minLength: 1, default: '127.0.0.1' }),
  WORKERS: Type.String({ pattern: '^(auto|[1-9]\\d{0,2})$', default: '1' }),
  DATABASE_URL: Type.String({
    pattern: URL_PATTERN,
    default: 'file:./data/stockroom.db',
  }),
  DB_WAIT: Type.Integer({ minimum: 0, maximum: 86_400, default: 30 }),
  REDIS_URL: optional(),
  REDIS_TIMEOUT_MS: Type.Integer({ minimum: 10, maximum: 60_000, default: 250 }),
  DB_POOL_SIZE: Type.Integer({ minimum: 3, maximum: 1_000, default: 10 }),
  READ_REPLICAS: Type.Boolean({ default: false }),
  JWT_SECRET: keys(),
  ENCRYPTION_KEY: keys(),
  ADMIN_EMAIL: Type.Optional(Type.String({ format: 'email', maxLength: 254 })),
  ADMIN_PASSWORD: optional(),
  ADMIN_MFA: stringEnum(['optional', 'required'], { default: 'optional' }),
  BCRYPT_COST: Type.Integer({ minimum: 4, maximum: 16, default: 12 }),
  BCRYPT_NICENESS: Type.Integer({ minimum: 0, maximum: 19, default: 19 }),
  // Only refreshes count as use, so a session must outlast an access token.
  SESSION_IDLE_DAYS: Type.Number({ minimum: 0.02, maximum: 30, default: 14 }),
  CORS_ORIGIN: optional(),
  TRUST_PROXY: optional(),
  METRICS_TOKEN: optional(16),
  MAIL_URL: optional(),
  MAIL_FROM: Type.Optional(Type.String({ maxLength: 320 })),
  PUBLIC_URL: optional(),
  REQUIRE_VERIFIED_EMAIL: Type.Boolean({ default: false }),
  LOG_LEVEL: stringEnum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { default: 'info' }),
  LOG_PRETTY: Type.Boolean({ default: false }),
  PRODUCT_WRITE_ACCESS: stringEnum(['admin', 'authenticated'], { default: 'admin' }),
  RATE_LIMIT_MAX: count(1_000),
  AUTH_RATE_LIMIT_MAX: count(60),
  API_KEY_RATE_LIMIT_MAX: count(3_000),
  CONNECTIONS_MAX: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 20_000 }),
  ADDRESS_CONNECTIONS_MAX: count(10_000),
  REQUEST_TIMEOUT: seconds(30),
  SEND_TIMEOUT: seconds(30),
  IDLE_TIMEOUT: seconds(72),
  SHUTDOWN_DELAY: seconds(0.5, 0),
  LOW_STOCK_THRESHOLD: count(10, 1_000_000_000),
  SHOP_NAME: Type.String({ maxLength: 100, pattern: VISIBLE, default: 'Stockroom' }),
  CURRENCY: Type.String({ pattern: '^[A-Z]{3}$', default: 'USD' }),
  WEBHOOK_ALLOW_PRIVATE: Type.Boolean({ default: false }),
  REPLAY_MAX: count(100_000),
  EVENT_RETENTION: Type.Number({ minimum: 0.001, maximum: 36_500, default: 7 }),
  AUDIT_RETENTION: Type.Number({ minimum: 0.001, maximum: 36_500, default: 365 }),
  IDEMPOTENCY_RETENTION: Type.Number({ minimum: 24, maximum: 8_760, default: 24 }),
  // Above 999 ids MariaDB rewrites IN (…) as a join, which may lock every product (in_predicate_conversion_threshold).
  ORDER_BATCH_MAX: Type.Integer({ minimum: 1, maximum: 999, default: 128 }),
  ORDER_COMMITTER: stringEnum(['elected', 'each'], { default: 'elected' }),
  ORDER_EXPIRES_AFTER: count(0, 604_800),
  MAX_OPEN_ORDERS: count(0),
  MAX_HELD_UNITS: count(0, 1_000_000_000),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optional(),
  OTEL_EXPORTER_OTLP_HEADERS: optional(),
  OTEL_SERVICE_NAME: Type.String({ minLength: 1, maxLength: 100, default: 'stockroom' }),
  OTEL_TRACES_SAMPLER: stringEnum(samplers, { default: 'parentbased_always_on' }),
  OTEL_TRACES_SAMPLER_ARG: Type.Number({ minimum: 0, maximum: 1, default: 1 }),
  ORDER_QUEUE_MAX: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 10_000 }),
})
