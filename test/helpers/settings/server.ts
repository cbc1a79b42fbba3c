import { integers, type Row, STRONG } from './row.js'

/** Settings of the process, its databases and its log. */
export const server = {
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
  METRICS_TOKEN: {
    key: 'metricsToken',
    absent: undefined,
    good: [['x'.repeat(16), 'x'.repeat(16)]],
    bad: ['short', ' '.repeat(16), `${'x'.repeat(16)} `, 'ä'.repeat(16)],
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
} satisfies Record<string, Row>
