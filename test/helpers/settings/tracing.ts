import type { Row } from './row.js'

const BASE = 'http://collector.test:4318'
const DEFAULTS = {
  url: `${BASE}/v1/traces`,
  headers: {},
  serviceName: 'stockroom',
  sampler: 'parentbased_always_on',
  ratio: 1,
}
const on = { OTEL_EXPORTER_OTLP_ENDPOINT: BASE }
const row = { key: 'tracing', absent: undefined, with: on } as const
const badUrls = ['collector:4318', 'ftp://collector', 'http://u:p@collector', 'http://collector:0']

/** Settings of traces. */
export const tracing = {
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    ...row,
    good: [
      [BASE, DEFAULTS],
      [`${BASE}/`, DEFAULTS],
      [`${BASE}/otlp`, { ...DEFAULTS, url: `${BASE}/otlp/v1/traces` }],
    ],
    bad: badUrls,
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    ...row,
    good: [['https://traces.test/in', { ...DEFAULTS, url: 'https://traces.test/in' }]],
    bad: badUrls,
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    ...row,
    good: [
      ['api-key=a%3Db, x-team = shop', { ...DEFAULTS, headers: { 'api-key': 'a=b', 'x-team': 'shop' } }],
    ],
    bad: ['secret', 'a b=c', 'a=%zz', 'a=%0A'],
  },
  OTEL_SERVICE_NAME: {
    ...row,
    good: [['lamps', { ...DEFAULTS, serviceName: 'lamps' }]],
    bad: ['x'.repeat(101)],
  },
  OTEL_TRACES_SAMPLER: {
    ...row,
    good: [['traceidratio', { ...DEFAULTS, sampler: 'traceidratio' }]],
    bad: ['sometimes'],
  },
  OTEL_TRACES_SAMPLER_ARG: {
    ...row,
    good: [['0.25', { ...DEFAULTS, ratio: 0.25 }]],
    bad: ['-0.1', '1.1', 'x'],
  },
} satisfies Record<string, Row>
