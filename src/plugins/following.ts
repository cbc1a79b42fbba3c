import fp from 'fastify-plugin'
import { createFollowing, type Following } from '../stream/following.js'

declare module 'fastify' {
  interface FastifyInstance {
    following: Following
  }
}

/** Decorates `app.following`: the pages of the log and the turns shared by sockets and event streams. */
export default fp(
  async (app) => {
    const { config, connections, eventLog, relay } = app
    app.decorate(
      'following',
      createFollowing({
        relay,
        log: eventLog,
        replayMax: config.replayMax,
        settled: () => connections.pace.settled('socket'),
      }),
    )
  },
  { name: 'following', dependencies: ['config', 'connections', 'event-log', 'relay'] },
)
