import fp from 'fastify-plugin'
import type { AnyEvent } from '../contract/events.js'
import type { Placement } from '../orders/new-order.js'
import type { Channel } from '../workers/channel.js'
import { directoryMethods } from '../workers/directory.js'
import { metricsMethods, ownMetricsMethods } from '../workers/gather-metrics.js'
import { hitMethods } from '../workers/hit-client.js'

/** Connects the engines of this process to those of its siblings: orders to the committer, events to all. */
export default fp(
  async (app) => {
    const { siblings, eventLog, relay, orders, catalog, metrics } = app
    if (!siblings) return

    /** Takes events committed by a sibling. */
    const hear = (events: AnyEvent[]) => {
      relay.committed(events)
      catalog.applyEvents(events)
    }

    if (siblings.role === 'worker') {
      siblings.serve({ events: hear, ...ownMetricsMethods(metrics) })
      eventLog.onCommit((events) => siblings.channel?.notify('committed', events))
      // For what was committed while there was no channel.
      siblings.onChange(() => relay.wake())
      return
    }
    siblings.serve({
      place: (placement: Placement) => orders.placeFor(placement),
      committed(events: AnyEvent[], from: Channel) {
        siblings.tellAll('events', events, from)
        hear(events)
      },
      ping: () => 'pong',
      ...hitMethods(),
      ...directoryMethods(siblings),
      ...metricsMethods(siblings, metrics),
    })
    eventLog.onCommit((events) => siblings.tellAll('events', events))
  },
  { name: 'workers', dependencies: ['siblings', 'event-log', 'relay', 'orders', 'catalog', 'metrics'] },
)
