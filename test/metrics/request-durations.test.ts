import { Histogram, Registry } from 'prom-client'
import t from 'tap'
import { measureRequests } from '../../src/metrics/request-durations.js'

const seen: [method: string, route: string, status: number, seconds: number][] = [
  ['GET', '/products', 200, 0.0004],
  ['GET', '/products', 200, 0.001],
  ['GET', '/products', 304, 0.0011],
  ['POST', '/orders', 201, 0.3],
  ['POST', '/orders', 201, 10],
  ['POST', '/orders', 503, 11],
  ['GET', 'none "quoted"\\', 404, 0],
]

t.test('requests are counted as by a histogram of prom-client', async (t) => {
  const [ours, theirs] = [new Registry(), new Registry()]
  const durations = measureRequests(ours)
  const histogram = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of its answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [theirs],
  })
  for (const [method, route, status, seconds] of seen) {
    durations.observe(method, route, status, seconds)
    histogram.observe({ method, route, status }, seconds)
  }
  const sorted = (text: string) => text.split('\n').sort()
  t.same(sorted(await ours.metrics()), sorted(await theirs.metrics()))
  ours.resetMetrics()
  t.notMatch(await ours.metrics(), 'route=')
})
