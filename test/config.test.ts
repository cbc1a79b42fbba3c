import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Environment } from '../src/config/environment.js'
import { ConfigError, loadConfig } from '../src/config.js'
import { accounts } from './helpers/settings/accounts.js'
import { connections } from './helpers/settings/connections.js'
import { OTHER, type Row, STRONG } from './helpers/settings/row.js'
import { server } from './helpers/settings/server.js'
import { shop } from './helpers/settings/shop.js'
import { tracing } from './helpers/settings/tracing.js'

const TABLE: Record<keyof typeof Environment.properties, Row> = {
  ...server,
  ...connections,
  ...accounts,
  ...shop,
  ...tracing,
}

/** Loads the settings in a working directory without a .env file. */
const load = (env: NodeJS.ProcessEnv = {}) => loadConfig(env)

const messageOf = (env: NodeJS.ProcessEnv) => {
  try {
    load(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return undefined
}

t.before(() => {
  const here = process.cwd()
  process.chdir(t.testdir())
  t.teardown(() => process.chdir(here))
})

t.test('every setting accepts valid values, refuses invalid ones by name, and has a default', async (t) => {
  t.same(Object.keys(TABLE).toSorted(), Object.keys(Environment.properties).toSorted())
  for (const [name, { key, absent, good, bad, with: others }] of Object.entries(TABLE)) {
    t.same(load()[key], absent, `${name} absent`)
    t.same(load({ [name]: '' })[key], absent, `${name} empty`)
    for (const [text, value] of good) t.same(load({ ...others, [name]: text })[key], value, `${name}=${text}`)
    for (const text of bad) {
      const message = messageOf({ ...others, [name]: text })
      t.match(message, new RegExp(`^ {2}${name} \\S`, 'm'), `${name}=${text}`)
      t.notMatch(message, /pattern/, `${name}=${text} shows no regular expression`)
    }
  }
})

t.test('one message names every invalid setting, and no secret value', async (t) => {
  const message = messageOf({
    NODE_ENV: 'production',
    PORT: 'x',
    JWT_SECRET: 'not-to-be-told',
    ADMIN_EMAIL: 'a@shop.test',
    CORS_ORIGIN: '*',
    TRUST_PROXY: 'abc',
    BCRYPT_COST: '9',
    DATABASE_URL: 'mysql://root:not-to-be-told@db/shop?ssll=true',
    REDIS_URL: 'redis://:not-to-be-told@r/x',
  })
  const names = [...(message ?? '').matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name)
  t.same(names.toSorted(), [
    'ADMIN_EMAIL',
    'BCRYPT_COST',
    'CORS_ORIGIN',
    'DATABASE_URL',
    'JWT_SECRET',
    'PORT',
    'REDIS_URL',
    'TRUST_PROXY',
  ])
  t.notMatch(message, /not-to-be-told/)
})

t.test('the message for an invalid setting lists its valid values', async (t) => {
  const cases: [string, string, string][] = [
    ['PORT', 'x', 'must be a whole number'],
    ['SEND_TIMEOUT', 'x', 'must be a number'],
    ['LOG_PRETTY', 'yes', 'must be true or false'],
    ['DB_POOL_SIZE', '1', 'must be at least 3'],
    ['BCRYPT_COST', '99', 'must be at most 16'],
    ['METRICS_TOKEN', 'short', 'must have at least 16 characters'],
    ['NODE_ENV', 'prod', 'must be production, not "prod"'],
    [
      'CORS_ORIGIN',
      'https://*.b.example',
      'must list every origin in full: wildcards are not supported, as in "https://*.b.example"',
    ],
  ]
  for (const [name, text, message] of cases)
    t.equal(messageOf({ [name]: text }), `The settings are invalid:\n  ${name} ${message}`)
})

t.test('production refuses guessable secrets; other environments warn of them', async (t) => {
  const weak: [NodeJS.ProcessEnv, RegExp][] = [
    [{ JWT_SECRET: 'a'.repeat(32) }, /JWT_SECRET .*repeats/],
    [{ JWT_SECRET: 'correcthorse'.repeat(3) }, /JWT_SECRET .*repeats/],
    [{ JWT_SECRET: 'abcdefghijklmnopqrstuvwxyz0123456789' }, /JWT_SECRET .*sequence/],
    [{ JWT_SECRET: 'a-string-secret-at-least-256-bits-long' }, /JWT_SECRET .*sample/],
    [{ JWT_SECRET: 'please-change-me-in-production-now!' }, /JWT_SECRET .*sample/],
    [{ JWT_SECRET: 'aaccaccaacacccacaaaccacccacaacacca' }, /JWT_SECRET .*few/],
    [{ JWT_SECRET: `${STRONG},${'x'.repeat(32)}` }, /JWT_SECRET .*repeats/],
    [{ ENCRYPTION_KEY: 'x'.repeat(32) }, /ENCRYPTION_KEY .*repeats/],
    [{ ENCRYPTION_KEY: `${STRONG},please-change-me-in-production-now!` }, /ENCRYPTION_KEY .*sample/],
  ]
  for (const [env, expected] of weak) {
    t.match(messageOf({ JWT_SECRET: STRONG, NODE_ENV: 'production', ...env }), expected, JSON.stringify(env))
    const { warnings } = load(env)
    t.equal(warnings.length, 1)
    t.match(warnings[0], expected)
  }
  t.match(messageOf({ JWT_SECRET: STRONG, NODE_ENV: 'production', BCRYPT_COST: '9' }), /BCRYPT_COST .*10/)
  t.same(load({ BCRYPT_COST: '9' }).warnings, [])
  for (const secret of [STRONG, '9f86d081884c7d659a2feaa0c55ad015', 'Zm9vYmFyIHRoZSBxdWljayBicm93biBmb3g='])
    t.same(load({ NODE_ENV: 'production', JWT_SECRET: secret, BCRYPT_COST: '10' }).warnings, [], secret)
})

t.test('READ_REPLICAS needs several database servers', async (t) => {
  const message = /^ {2}READ_REPLICAS needs a DATABASE_URL with several servers$/m
  t.match(messageOf({ READ_REPLICAS: 'true' }), message)
  t.match(messageOf({ READ_REPLICAS: 'true', DATABASE_URL: 'mysql://db/shop' }), message)
  t.equal(load({ READ_REPLICAS: 'true', DATABASE_URL: 'mysql://a,b/shop' }).readReplicas, true)
})

t.test('mail in production takes a sender and a public address', async (t) => {
  const env = { NODE_ENV: 'production', JWT_SECRET: STRONG }
  const MAIL_URL = 'smtp://user:not-to-be-told@mail.example'
  const message = messageOf({ ...env, MAIL_URL })
  t.match(message, /^ {2}MAIL_FROM must be set/m)
  t.match(message, /^ {2}PUBLIC_URL must be set/m)
  t.notMatch(message, /not-to-be-told/)
  t.equal(load({ MAIL_URL }).mailFrom, 'stockroom@localhost', 'elsewhere there are defaults')
  const sender = { MAIL_FROM: 'shop@shop.example', PUBLIC_URL: 'https://shop.example' }
  t.equal(load({ ...env, ...sender, MAIL_URL }).mailUrl, MAIL_URL)
  t.match(
    messageOf({ ...env, REQUIRE_VERIFIED_EMAIL: 'true' }),
    /^ {2}REQUIRE_VERIFIED_EMAIL needs MAIL_URL/m,
  )
  t.equal(load({ ...env, ...sender, MAIL_URL, REQUIRE_VERIFIED_EMAIL: 'true' }).verifiedEmailRequired, true)
})

t.test('a secret can be read from a file', async (t) => {
  const dir = t.testdir({
    key: `${STRONG}\n`,
    password: 'correct horse\r\n',
    url: 'file:x.db',
    empty: '\n',
    folder: {},
  })
  const config = load({
    NODE_ENV: 'production',
    JWT_SECRET_FILE: join(dir, 'key'),
    ADMIN_EMAIL: 'a@shop.test',
    ADMIN_PASSWORD_FILE: join(dir, 'password'),
    DATABASE_URL_FILE: join(dir, 'url'),
  })
  t.equal(config.jwtSecret, STRONG)
  t.same(config.admin, { email: 'a@shop.test', password: 'correct horse' })
  t.equal(config.databaseUrl, 'file:x.db')
  t.same(config.warnings, [])

  const refused: [NodeJS.ProcessEnv, RegExp][] = [
    [
      { JWT_SECRET_FILE: join(dir, 'key'), JWT_SECRET: OTHER },
      /^ {2}JWT_SECRET_FILE and JWT_SECRET are both set/m,
    ],
    [{ REDIS_URL_FILE: join(dir, 'none') }, /^ {2}REDIS_URL_FILE names .*none, .*ENOENT/m],
    [
      { REDIS_URL_FILE: join(dir, 'folder') },
      /^ {2}REDIS_URL_FILE names .*folder, .*: it is not a regular file/m,
    ],
    [{ JWT_SECRET_FILE: join(dir, 'empty') }, /^ {2}JWT_SECRET_FILE names .*empty/m],
    [{ DATABASE_URL_FILE: join(dir, 'key') }, /^ {2}DATABASE_URL must be/m],
  ]
  for (const [env, expected] of refused) t.match(messageOf(env), expected)
})

t.test('warns of a name that resembles a setting', async (t) => {
  const close = {
    JWT_SECRT: 'JWT_SECRET',
    RATE_LIMIT: 'RATE_LIMIT_MAX',
    CORS_ORIGINS: 'CORS_ORIGIN',
    DATABASE_URI: 'DATABASE_URL',
  }
  for (const [name, meant] of Object.entries(close))
    t.match(load({ [name]: 'x' }).warnings, [new RegExp(`^${name} .*${meant}\\?$`)], name)
  const others = [
    'HOME',
    'HOSTNAME',
    'POST',
    'PATH',
    'NODE_OPTIONS',
    'REDIS_PORT',
    'LOGNAME',
    'MYSQL_PASSWORD',
    'HOST_IP',
  ]
  t.same(load(Object.fromEntries(others.map((name) => [name, 'x']))).warnings, [])
  t.match(load({ TRUST_PROXY: 'true' }).warnings, [/TRUST_PROXY=true/])
})

t.test('the file .env is read, and the environment overrides it', async (t: Test) => {
  const here = process.cwd()
  const dir = t.testdir()
  mkdirSync(join(dir, 'shop'))
  writeFileSync(join(dir, 'shop/.env'), 'PORT=4000\nHOST=::1\nCURENCY=EUR\n')
  process.chdir(join(dir, 'shop'))
  t.teardown(() => process.chdir(here))
  const { port, host, warnings } = load({ PORT: '5000' })
  t.same({ port, host }, { port: 5000, host: '::1' })
  t.match(warnings, [/CURENCY .*CURRENCY/])
})
