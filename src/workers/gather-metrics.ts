import { AggregatorRegistry, type MetricObject, type Registry } from 'prom-client'
import { within } from '../within.js'
import type { Channel, Handler } from './channel.js'
import type { CommitterHub } from './committer-hub.js'
import type { CommitterLink } from './committer-link.js'

/** For a process that is busy or stands still: its metrics are missing then. */
const PATIENCE_MS = 2_000

type Metrics = MetricObject[]

const read = (registry: Registry) => registry.getMetricsAsJSON() as unknown as Promise<Metrics>

const textOf = (all: Metrics[]): Promise<string> => AggregatorRegistry.aggregate(all).metrics()

/** The committer's method for a worker that is asked for the metrics of all. */
export const metricsMethods = (hub: CommitterHub, registry: Registry): Record<string, Handler> => ({
  async metrics(ofWorker: Metrics, from: Channel): Promise<string> {
    const others = hub
      .others(from)
      .map((channel) => within(PATIENCE_MS, channel.call<Metrics>('own-metrics', null)).catch(() => []))
    return textOf([ofWorker, await read(registry), ...(await Promise.all(others))])
  },
})

/** A worker's method for the committer. */
export const ownMetricsMethods = (registry: Registry): Record<string, Handler> => ({
  'own-metrics': () => read(registry),
})

/** Returns the metrics of all processes, added up; only those of this worker while the committer cannot be asked. */
export async function gatherMetrics(link: CommitterLink, registry: Registry): Promise<string> {
  const own = await read(registry)
  return link.ask('metrics', own, () => textOf([own]), 2 * PATIENCE_MS)
}
