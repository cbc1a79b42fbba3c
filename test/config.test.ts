import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Environment } from '../src/config/environment.js'
import { type Config, ConfigError, loadConfig } from '../src/config.js'

const STRONG = 'Q0vN7xkzJm2RtYc5LpWsHd9eGfUa4BiK'
const OTHER = '3kfJ8sLwq1ZxPo6VtRbYn0MhCd5GeUaT'

interface Row {
  /** Key of the setting in Config. */
  key: keyof Config
  absent: unknown
  /** Valid texts with their parsed values. */
  good: [text: string, value: unknown][]
  bad: string[]
  /** Other settings it requires. */
  with?: NodeJS.ProcessEnv
}

const integers = (least: number, most: number) => ({
  good: [least, most].map((n): [string, number] => [String(n), n]),
  bad: [String(least - 1), String(most + 1), 'many', '1.5', '1e9x'],
})

const connections = (changes = {}) => ({
  total: 20_000,
  perAddress: 10_000,
  requestMs: 30_000,
  sendMs: 30_000,
  idleMs: 72_000,
  ...changes,
})

const TABLE: Record<keyof typeof Environment.properties, Row> = {
  NODE_ENV: {
    key: 'production',
    absent: false,
    good: [
      ['production', true],
      ['development', false],
      ['test', false],
    ],
    bad: ['prod', 'Production', 'PRODUCTION ', 'produciton'],
    with: { JWT_SECRET: STRONG },
  },
  PORT: { key: 'port', absent: 3000, ...integers(0, 65_535) },
  HOST: {
    key: 'host',
    absent: '127.0.0.1',
    good: [
      ['::', '::'],
      ['fe80::1%eth0', 'fe80::1%eth0'],
      ['localhost', 'localhost'],
      ['node_1.internal', 'node_1.internal'],
    ],
    bad: ['*', '0', '127.1', '256.1.1.1', '0.0.0.0:3000', '[::]', 'http://shop.example', 'a b', '-a', 'a..b'],
  },
  DATABASE_URL: {
    key: 'databaseUrl',
    absent: 'file:./data/stockroom.db',
    good: [
      ['file:x.db', 'file:x.db'],
      ['mysql://u:p@db:3306/shop', 'mysql://u:p@db:3306/shop'],
    ],
    bad: [
      'x.db',
      'postgres://u:p@db/shop',
      'mysql://db',
      'file:',
      'file::memory:',
      'file:~/x.db',
      'file:data/',
      'file://host/x.db',
      'mysql://*/shop',
      'mysql://a,b/shop',
      'mysql://db:0/shop',
      'mysql://db:65536/shop',
      'mysql://db/a/b',
      'mysql://u:%zz@db/shop',
      'mysql://db/%ff',
    ],
  },
  DB_WAIT: {
    key: 'databaseWait',
    absent: 30_000,
    good: [
      ['0', 0],
      ['86400', 86_400_000],
    ],
    bad: ['-1', '86401', 'long'],
  },
  DB_POOL_SIZE: { key: 'databasePoolSize', absent: 10, ...integers(3, 1_000) },
  REDIS_URL: {
    key: 'redisUrl',
    absent: undefined,
    good: [
      ['redis://r:6379', 'redis://r:6379'],
      ['rediss://u:p@r/2', 'rediss://u:p@r/2'],
    ],
    bad: [
      'r:6379',
      'http://r',
      'redis://',
      'redis://*',
      'redis://a,b',
      'redis://r:0',
      'redis://r:65536',
      'redis://:%zz@r',
      'redis://r/x',
    ],
  },
  JWT_SECRET: {
    key: 'jwtSecret',
    absent: undefined,
    good: [
      [STRONG, STRONG],
      [`${STRONG},${OTHER}`, STRONG],
    ],
    bad: ['short', `${STRONG},short`, ','],
  },
  ENCRYPTION_KEY: {
    key: 'encryptionKeys',
    absent: [],
    good: [
      [STRONG, [STRONG]],
      [`${STRONG}, ${OTHER},`, [STRONG, OTHER]],
    ],
    bad: ['short', `${STRONG},short`, ','],
  },
  ADMIN_EMAIL: {
    key: 'admin',
    absent: undefined,
    good: [['a@shop.test', { email: 'a@shop.test', password: 'correct horse' }]],
    bad: ['a', '@'],
    with: { ADMIN_PASSWORD: 'correct horse' },
  },
  ADMIN_PASSWORD: {
    key: 'admin',
    absent: undefined,
    good: [['correct horse', { email: 'a@shop.test', password: 'correct horse' }]],
    bad: ['short', 'password', 'x'.repeat(1000)],
    with: { ADMIN_EMAIL: 'a@shop.test' },
  },
  ADMIN_MFA: {
    key: 'adminMfaRequired',
    absent: false,
    good: [
      ['required', true],
      ['optional', false],
    ],
    bad: ['true', 'Required', 'yes'],
  },
  BCRYPT_COST: { key: 'bcryptCost', absent: 12, ...integers(4, 16) },
  BCRYPT_NICENESS: { key: 'bcryptNiceness', absent: 19, ...integers(0, 19) },
  SESSION_IDLE_DAYS: {
    key: 'sessionIdleMs',
    absent: 14 * 86_400_000,
    good: [
      ['30', 30 * 86_400_000],
      ['0.5', 43_200_000],
    ],
    bad: ['0', '0.01', '31', 'never'],
  },
  CORS_ORIGIN: {
    key: 'corsOrigins',
    absent: [],
    good: [
      ['https://a.example', ['https://a.example']],
      ['https://a.example, http://localhost:5173,', ['https://a.example', 'http://localhost:5173']],
      ['http://[::1]:3000,http://10.0.0.1', ['http://[::1]:3000', 'http://10.0.0.1']],
    ],
    bad: [
      '*',
      'https://a.example/',
      'https://a.example/app',
      'a.example',
      'null',
      'ftp://a.example',
      'https://A.example',
      'https://*.b.example',
      'https://a.example,https://*',
      'https://a..b',
      'https://$&!.example',
      'https://a.example;https://b.example',
      'https://a.example:443',
      'https://a.example:0',
      'https://10.1',
    ],
  },
  TRUST_PROXY: {
    key: 'trustProxy',
    absent: false,
    good: [
      ['true', true],
      ['false', false],
      ['10.0.0.0/8, ::1', '10.0.0.0/8, ::1'],
      ['loopback', 'loopback'],
    ],
    bad: [
      'abc',
      '-1',
      '10.0.0.0/99',
      'proxy.internal',
      '1,2',
      '1.5',
      '10.1',
      '010.0.0.1',
      '0.0.0.0/0',
      '101',
    ],
  },
  METRICS_TOKEN: {
    key: 'metricsToken',
    absent: undefined,
    good: [['x'.repeat(16), 'x'.repeat(16)]],
    bad: ['short', ' '.repeat(16), `${'x'.repeat(16)} `, 'ä'.repeat(16)],
  },
  MAIL_URL: {
    key: 'mailUrl',
    absent: undefined,
    good: [
      ['smtp://mail.example', 'smtp://mail.example'],
      ['smtp://[::1]:2525/', 'smtp://[::1]:2525/'],
      ['smtps://shop%40x:p%3Aw@mail.example:465', 'smtps://shop%40x:p%3Aw@mail.example:465'],
    ],
    bad: [
      'mail.example',
      'http://mail.example',
      'smtp://',
      'smtp://*',
      'smtp://mail.example:0',
      'smtp://user@mail.example',
      'smtp://u:%zz@mail.example',
      'smtp://mail.example/path',
      'smtp://mail.example?ignoreTLS=true',
    ],
  },
  MAIL_FROM: {
    key: 'mailFrom',
    absent: 'stockroom@localhost',
    good: [
      ['shop@shop.example', 'shop@shop.example'],
      ['Bramble Lamps <shop@shop.example>', 'Bramble Lamps <shop@shop.example>'],
    ],
    bad: ['shop', 'Shop', '<>', 'Shop <shop>', 'a@b, c@d', 'Shop <a@b> <c@d>', 'a@b\r\nBcc: c@d'],
  },
  PUBLIC_URL: {
    key: 'publicUrl',
    absent: undefined,
    good: [
      ['https://shop.example', 'https://shop.example'],
      ['https://shop.example/', 'https://shop.example'],
      ['http://10.0.0.1:8080/stock/', 'http://10.0.0.1:8080/stock'],
    ],
    bad: [
      'shop.example',
      'ftp://shop.example',
      'https://',
      'https://u:p@shop.example',
      'https://shop.example/?a',
      'https://shop.example/#a',
    ],
  },
  REQUIRE_VERIFIED_EMAIL: {
    key: 'verifiedEmailRequired',
    absent: false,
    good: [
      ['true', true],
      ['false', false],
    ],
    bad: ['yes', '1'],
  },
  LOG_LEVEL: { key: 'logLevel', absent: 'info', good: [['silent', 'silent']], bad: ['loud', 'INFO'] },
  LOG_PRETTY: {
    key: 'logPretty',
    absent: false,
    good: [
      ['true', true],
      ['false', false],
    ],
    bad: ['yes'],
  },
  PRODUCT_WRITE_ACCESS: {
    key: 'productWriteAccess',
    absent: 'admin',
    good: [['authenticated', 'authenticated']],
    bad: ['all'],
  },
  RATE_LIMIT_MAX: { key: 'rateLimitMax', absent: 1_000, ...integers(0, 1_000_000) },
  API_KEY_RATE_LIMIT_MAX: { key: 'apiKeyRateLimitMax', absent: 3_000, ...integers(0, 1_000_000) },
  AUTH_RATE_LIMIT_MAX: { key: 'authRateLimitMax', absent: 60, ...integers(0, 1_000_000) },
  CONNECTIONS_MAX: {
    key: 'connections',
    absent: connections(),
    good: [['1', connections({ total: 1 })]],
    bad: ['0', 'x'],
  },
  ADDRESS_CONNECTIONS_MAX: {
    key: 'connections',
    absent: connections(),
    good: [['0', connections({ perAddress: 0 })]],
    bad: ['-1', '1.5'],
  },
  REQUEST_TIMEOUT: {
    key: 'connections',
    absent: connections(),
    good: [['1', connections({ requestMs: 1_000 })]],
    bad: ['0', '3601'],
  },
  SEND_TIMEOUT: {
    key: 'connections',
    absent: connections(),
    good: [['2.5', connections({ sendMs: 2_500 })]],
    bad: ['0', '3601'],
  },
  IDLE_TIMEOUT: {
    key: 'connections',
    absent: connections(),
    good: [['3600', connections({ idleMs: 3_600_000 })]],
    bad: ['0', 'x'],
  },
  SHUTDOWN_DELAY: { key: 'shutdownDelay', absent: 500, good: [['0', 0]], bad: ['-1', '3601'] },
  LOW_STOCK_THRESHOLD: { key: 'lowStockThreshold', absent: 10, ...integers(0, 1_000_000_000) },
  SHOP_NAME: {
    key: 'shopName',
    absent: 'Stockroom',
    good: [['Café № 5', 'Café № 5']],
    bad: [' ', '\u200b', 'a\nb', 'x'.repeat(101)],
  },
  CURRENCY: { key: 'currency', absent: 'USD', good: [['EUR', 'EUR']], bad: ['eur', 'EURO', '€'] },
  REPLAY_MAX: { key: 'replayMax', absent: 100_000, ...integers(0, 1_000_000) },
  EVENT_RETENTION: {
    key: 'eventRetention',
    absent: 7,
    good: [
      ['0.5', 0.5],
      ['36500', 36_500],
    ],
    bad: ['0', '36501', 'week'],
  },
  AUDIT_RETENTION: {
    key: 'auditRetention',
    absent: 365,
    good: [
      ['0.5', 0.5],
      ['36500', 36_500],
    ],
    bad: ['0', '36501', 'year'],
  },
  ORDER_BATCH_MAX: { key: 'orderBatchMax', absent: 128, ...integers(1, 999) },
  MAX_OPEN_ORDERS: { key: 'maxOpenOrders', absent: 0, ...integers(0, 1_000_000) },
  MAX_HELD_UNITS: { key: 'maxHeldUnits', absent: 0, ...integers(0, 1_000_000_000) },
  ORDER_QUEUE_MAX: { key: 'orderQueueMax', absent: 10_000, ...integers(1, 1_000_000) },
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
    for (const text of bad)
      t.match(messageOf({ ...others, [name]: text }), new RegExp(`^ {2}${name} \\S`, 'm'), `${name}=${text}`)
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
