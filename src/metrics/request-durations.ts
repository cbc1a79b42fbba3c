import type { Histogram, Registry } from 'prom-client'

/** Upper bounds of the buckets, in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

interface Series {
  labels: { method: string; route: string; status: number }
  /** Observations of each bucket alone; the last has no upper bound. */
  counts: number[]
  /** In seconds. */
  sum: number
}

/**
 * A histogram of the durations of requests. It looks its series up by one string, where prom-client's own validates and hashes an object
 * of labels for each observation: a fortieth of the time of a short request.
 */
class RequestDurations {
  readonly name = 'http_request_duration_seconds'
  readonly help = 'Time from the request to the end of its answer, by route'
  readonly type = 'histogram'
  readonly aggregator = 'sum'
  readonly #series = new Map<string, Series>()

  observe(method: string, route: string, status: number, seconds: number): void {
    const key = `${status} ${method} ${route}`
    let series = this.#series.get(key)
    if (!series) {
      series = { labels: { method, route, status }, counts: Array(BUCKETS.length + 1).fill(0), sum: 0 }
      this.#series.set(key, series)
    }
    let bucket = 0
    while (bucket < BUCKETS.length && seconds > (BUCKETS[bucket] as number)) bucket++
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
    series.sum += seconds
  }

  /** Called by the registry, for each scrape. */
  async get() {
    return {
      name: this.name,
      help: this.help,
      type: this.type,
      aggregator: this.aggregator,
      values: [...this.#series.values()].flatMap((series) => this.#valuesOf(series)),
    }
  }

  /** Called by the registry. */
  reset(): void {
    this.#series.clear()
  }

  #valuesOf({ labels, counts, sum }: Series) {
    let upTo = 0
    const buckets = counts.map((count, i) => {
      upTo += count
      const le = BUCKETS[i] ?? '+Inf'
      return { metricName: `${this.name}_bucket`, labels: { le, ...labels }, value: upTo }
    })
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: upTo },
    ]
  }
}

/** Adds the histogram of request durations to `registry`. */
export function measureRequests(registry: Registry): RequestDurations {
  const durations = new RequestDurations()
  // The registry asks a metric for its name and its values alone.
  registry.registerMetric(durations as unknown as Histogram)
  return durations
}
