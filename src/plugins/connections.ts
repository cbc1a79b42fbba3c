import fp from 'fastify-plugin'
import { Counter, Gauge } from 'prom-client'
import type { Connections } from '../connections/connections.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The connections of the server. */
    connections: Connections
  }
}

/**
 * Decorates `app.connections`, which owns every connection, and has the application and the log heed it. Inside another
 * program (`isOwner` is false) the program owns the connections.
 */
export default fp<{ connections: Connections; isOwner: boolean }>(
  async (app, { connections, isOwner }) => {
    app.decorate('connections', connections)
    const registers = [app.metrics]
    new Gauge({
      name: 'connections',
      help: 'Open TCP connections',
      registers,
      collect() {
        this.set(connections.open)
      },
    })
    const ended = new Counter({
      name: 'connections_ended_total',
      help: 'Connections that were refused or cut off, by the limit that they met',
      labelNames: ['limit'],
      registers,
    })
    connections
      .on('refused', (limit) => {
        ended.inc({ limit })
        app.logLimited(app.log, 'warn', `connections-${limit}`, {}, 'too many connections')
      })
      .on('cut', (limit) => ended.inc({ limit }))
      .on('fault', (err) =>
        app.logLimited(app.log, 'error', 'connection-fault', { err }, 'connection failed'),
      )

    // Hooks may wait for long; a request is not run if its client has left meanwhile.
    app.addHook('preHandler', (request, reply, done) => {
      if (!connections.hasLeft(request.raw)) return done()
      reply.hijack()
    })

    if (!isOwner) return
    // Socket.IO listens by now, and nothing is added after it.
    app.addHook('onReady', async () =>
      connections.guard(app.server, `${app.io.path()}/`, app.socketForwarding),
    )

    const { maxConnections } = app.server
    if (maxConnections < app.config.connections.total / 2)
      app.log.warn(
        { maxConnections },
        'the limit of open files allows fewer connections than CONNECTIONS_MAX: raise it (ulimit -n)',
      )
  },
  { name: 'connections', dependencies: ['config', 'metrics', 'errors'] },
)
