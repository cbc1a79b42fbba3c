import fp from 'fastify-plugin'
import type { TracedCommit } from '../tracing/trace-headers.js'
import type { Channel } from '../workers/channel.js'

/** Follows events from their commit on, also to the other processes of a server with WORKERS, if traces are on. */
export default fp(
  async (app) => {
    const { eventLog, relay, siblings, tracing } = app
    if (!tracing) return
    const { events } = tracing

    // Before the events themselves: plugins/workers.ts tells those.
    const tell = (commits: TracedCommit[], from?: Channel) => {
      if (commits.length === 0) return
      if (siblings?.role === 'committer') siblings.tellAll('traced', commits, from)
      else siblings?.channel?.notify('traced', commits)
    }
    siblings?.serve({
      traced(commits: TracedCommit[], from: Channel) {
        events.heard(commits)
        if (siblings.role === 'committer') tell(commits, from)
      },
    })
    eventLog.onCommit((committed) => tell(events.committed(committed)))
    eventLog.onNewEpoch(() => events.startOver())
    // Listens first: later listeners, which forward the events, ask for the span of their relay.
    relay.subscribe((delivered) => events.relayed(delivered))
  },
  { name: 'traced-events', dependencies: ['event-log', 'relay', 'siblings', 'tracing'] },
)
