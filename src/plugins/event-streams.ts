import fp from 'fastify-plugin'
import { Counter, Gauge } from 'prom-client'
import { streamViews } from '../contract/event-stream.js'
import { createEventStreams, type EventStreams } from '../sse/event-streams.js'

declare module 'fastify' {
  interface FastifyInstance {
    eventStreams: EventStreams
  }
}

/** Decorates `app.eventStreams`: the live events as server-sent events. */
export default fp(
  async (app) => {
    const { relay, following, metrics, tracing } = app
    const registers = [metrics]
    const sent = new Counter({
      name: 'event_stream_events_sent_total',
      help: 'Events sent by server-sent events, each counted for every stream that got it',
      labelNames: ['view'],
      registers,
    })
    const resumed = new Counter({
      name: 'event_stream_resumes_total',
      help: 'Event streams that were opened, by whether they resumed and how that went',
      labelNames: ['view', 'result'],
      registers,
    })
    const slow = new Counter({
      name: 'event_stream_slow_cut_total',
      help: 'Event streams cut off for reading too slowly',
      registers,
    })
    const streams = createEventStreams({
      relay,
      following,
      isLive: (holder) => app.auth.isLive(holder),
      onResume: (view, result) => resumed.inc({ view, result }),
      onSent: (view, count) => sent.inc({ view }, count),
      follow: tracing && ((events) => tracing.events.sending('streams.send', events)),
      onSlow: () => slow.inc(),
      onError: (err) => app.log.error({ err }, 'an event stream could not be replayed to'),
    })
    new Gauge({
      name: 'event_streams',
      help: 'Open event streams',
      labelNames: ['view'],
      registers,
      collect() {
        for (const view of streamViews) this.set({ view }, streams.count(view))
      },
    })
    app.accounts.sessions.events.on('revoked', streams.endSession)
    app.apiKeys.events.on('ended', streams.endKey)
    app.apiKeys.events.on('changed', streams.reconnectKey)
    app.decorate('eventStreams', streams)
    app.addHook('preClose', async () => streams.close())
  },
  { name: 'event-streams', dependencies: ['auth', 'accounts', 'api-keys', 'following', 'relay', 'metrics'] },
)
