import { integers, type Row } from './row.js'

/** Settings of products, orders and their history. */
export const shop = {
  PRODUCT_WRITE_ACCESS: {
    key: 'productWriteAccess',
    absent: 'admin',
    good: [['authenticated', 'authenticated']],
    bad: ['all'],
  },
  LOW_STOCK_THRESHOLD: { key: 'lowStockThreshold', absent: 10, ...integers(0, 1_000_000_000) },
  SHOP_NAME: {
    key: 'shopName',
    absent: 'Stockroom',
    good: [['Café № 5', 'Café № 5']],
    bad: [' ', '\u200b', 'a\nb', 'x'.repeat(101)],
  },
  CURRENCY: { key: 'currency', absent: 'USD', good: [['EUR', 'EUR']], bad: ['eur', 'EURO', '€', 'CLF'] },
  WEBHOOK_ALLOW_PRIVATE: {
    key: 'webhooks',
    absent: { allowPrivate: false, httpsOnly: false },
    good: [
      ['true', { allowPrivate: true, httpsOnly: false }],
      ['false', { allowPrivate: false, httpsOnly: false }],
    ],
    bad: ['yes', '127.0.0.1'],
  },
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
  IDEMPOTENCY_RETENTION: {
    key: 'idempotencyRetention',
    absent: 24,
    good: [
      ['24', 24],
      ['72.5', 72.5],
      ['8760', 8_760],
    ],
    bad: ['23.9', '0', '8761', 'day'],
  },
  ORDER_BATCH_MAX: { key: 'orderBatchMax', absent: 128, ...integers(1, 999) },
  ORDER_COMMITTER: {
    key: 'orderCommitter',
    absent: 'elected',
    good: [
      ['elected', 'elected'],
      ['each', 'each'],
    ],
    bad: ['none', 'Elected', 'true'],
  },
  ORDER_EXPIRES_AFTER: {
    key: 'orderExpiresAfter',
    absent: 0,
    good: [
      ['0', 0],
      ['60', 60],
      ['604800', 604_800],
    ],
    bad: ['-1', '1', '59', '604801', '90.5', 'hour'],
  },
  MAX_OPEN_ORDERS: { key: 'maxOpenOrders', absent: 0, ...integers(0, 1_000_000) },
  MAX_HELD_UNITS: { key: 'maxHeldUnits', absent: 0, ...integers(0, 1_000_000_000) },
  ORDER_QUEUE_MAX: { key: 'orderQueueMax', absent: 10_000, ...integers(1, 1_000_000) },
} satisfies Record<string, Row>
