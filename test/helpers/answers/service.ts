import type { Samples } from './sample.js'
import type { Shop } from './shop.js'

const [FROM, TO] = ['2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z']

/** Health, metrics, settings and events. */
export function serviceSamples({ admin, buyer }: Shop): Samples {
  return {
    getLiveness: [[200, {}]],
    getReadiness: [[200, {}]],
    getIndex: [
      [200, {}],
      [200, { headers: { accept: 'text/html' } }],
    ],
    getMetrics: [
      [200, {}],
      [401, { headers: { forwarded: 'for=203.0.113.1' } }],
    ],
    getConfig: [[200, {}]],
    getPulse: [
      [200, admin],
      [403, buyer],
    ],
    getSales: [
      [200, { ...admin, query: { from: FROM, to: TO, before: FROM } }],
      [400, { ...admin, query: { from: FROM, to: FROM, before: FROM } }],
      [403, buyer],
    ],
    listEvents: [
      [200, { ...admin, query: { limit: '1000' } }],
      [400, { ...admin, query: { after: '-1' } }],
      [403, buyer],
    ],
    // Its 200 has no end: test/sse reads it.
    streamEvents: [
      [400, { query: { view: 'everything' } }],
      [401, { query: { view: 'admin' } }],
      [403, { ...buyer, query: { view: 'admin' } }],
    ],
  }
}
