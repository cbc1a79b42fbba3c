import fp from 'fastify-plugin'
import { Gauge, Histogram } from 'prom-client'
import { Relay } from '../stream/relay.js'

declare module 'fastify' {
  interface FastifyInstance {
    relay: Relay
  }
}

// What this process commits is at hand; the poll is for what other processes commit.
const POLL_MS = 200
// Where Redis wakes: for its lost messages.
const POLL_BESIDE_REDIS_MS = 1_000
// A burst becomes a hundred deliveries a second: far below what a person sees, far above one for each order.
const PACE_MS = 10

/** Decorates `app.relay`, which hands the log's events on, in order, from the moment the app is ready. */
export default fp(
  async (app) => {
    const { connections, eventLog, metrics, redis } = app
    let failing = false
    const relay = new Relay({
      log: eventLog,
      pollMs: POLL_MS,
      paceMs: PACE_MS,
      settled: () => connections.pace.settled('delivery'),
      onError(err) {
        // It tries again several times a second.
        if (!failing) app.log.error({ err }, 'the log could not be read; live events wait')
        failing = true
      },
      onRecovered() {
        app.log.warn('the log can be read again')
        failing = false
      },
    })
    eventLog.onCommit((events) => relay.committed(events))
    relay.onSkip((gap) => {
      if (gap) app.log.error(gap, 'events were deleted before this process had read them: it stood still')
    })
    eventLog.onNewEpoch(({ offset }) => relay.startOver(offset))
    relay.subscribe((events) => eventLog.saw(events.at(-1)?.offset ?? 0))
    await relay.start()
    if (redis) {
      eventLog.onCommit((events) => redis.publish('events', String(events.at(-1)?.offset)))
      redis.subscribe('events', (offset) => relay.expect(Number(offset)))
      redis.onChange((up) => {
        relay.pollEvery(up ? POLL_BESIDE_REDIS_MS : POLL_MS)
        relay.wake()
      })
    }

    new Gauge({
      name: 'relay_lag_offsets',
      help: 'Events in the log that were not handed to the sockets yet',
      registers: [metrics],
      async collect() {
        this.set((await eventLog.head()) - relay.position)
      },
    })
    const delay = new Histogram({
      name: 'relay_delay_seconds',
      help: 'Time from a change to its being handed to the sockets, by the oldest event of each delivery',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
      registers: [metrics],
    })
    relay.subscribe(([oldest]) => {
      if (oldest) delay.observe(Math.max(0, Date.now() - Date.parse(oldest.createdAt)) / 1000)
    })

    app.decorate('relay', relay)
    app.addHook('onClose', () => relay.stop())
  },
  { name: 'relay', dependencies: ['connections', 'event-log', 'metrics', 'redis'] },
)
