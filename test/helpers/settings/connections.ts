import { integers, type Row } from './row.js'

const limits = (changes = {}) => ({
  total: 20_000,
  perAddress: 10_000,
  requestMs: 30_000,
  sendMs: 30_000,
  idleMs: 72_000,
  ...changes,
})

/** Settings of origins, proxies, rate limits and connections. */
export const connections = {
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
  RATE_LIMIT_MAX: { key: 'rateLimitMax', absent: 1_000, ...integers(0, 1_000_000) },
  API_KEY_RATE_LIMIT_MAX: { key: 'apiKeyRateLimitMax', absent: 3_000, ...integers(0, 1_000_000) },
  AUTH_RATE_LIMIT_MAX: { key: 'authRateLimitMax', absent: 60, ...integers(0, 1_000_000) },
  CONNECTIONS_MAX: {
    key: 'connections',
    absent: limits(),
    good: [['1', limits({ total: 1 })]],
    bad: ['0', 'x'],
  },
  ADDRESS_CONNECTIONS_MAX: {
    key: 'connections',
    absent: limits(),
    good: [['0', limits({ perAddress: 0 })]],
    bad: ['-1', '1.5'],
  },
  REQUEST_TIMEOUT: {
    key: 'connections',
    absent: limits(),
    good: [['1', limits({ requestMs: 1_000 })]],
    bad: ['0', '3601'],
  },
  SEND_TIMEOUT: {
    key: 'connections',
    absent: limits(),
    good: [['2.5', limits({ sendMs: 2_500 })]],
    bad: ['0', '3601'],
  },
  IDLE_TIMEOUT: {
    key: 'connections',
    absent: limits(),
    good: [['3600', limits({ idleMs: 3_600_000 })]],
    bad: ['0', 'x'],
  },
  SHUTDOWN_DELAY: { key: 'shutdownDelay', absent: 500, good: [['0', 0]], bad: ['-1', '3601'] },
} satisfies Record<string, Row>
