import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import fp from 'fastify-plugin'
import fastifySocketIo from 'fastify-socket.io'
import { Counter, Gauge } from 'prom-client'
import { isKey } from '../accounts/access/principal.js'
import { limitKey } from '../http/client-address.js'
import { createAdmission, refuseUnknown } from '../sockets/admission.js'
import { cutSlow } from '../sockets/backlog.js'
import { CONNECT_WINDOW_SECONDS, limitConnects } from '../sockets/connect-limit.js'
import { flushTogether } from '../sockets/flush-together.js'
import { inTurns } from '../sockets/handshake-turns.js'
import { admitHandshakes, answerHandshakes } from '../sockets/handshakes.js'
import { endKey, endSession, reconnectKey } from '../sockets/lifetime.js'
import { FOLLOW_ALL, FOLLOW_OWN, goLive } from '../sockets/live.js'
import { limitPackets } from '../sockets/packet-budget.js'
import type { Io } from '../sockets/types.js'
import { FairScheduler } from '../stream/fair-scheduler.js'
import { securityHeaders } from './security.js'

declare module 'fastify' {
  interface FastifyInstance {
    io: Io
  }
}

// A client sends tokens and nothing else; a packet of more than this ends its connection.
const PACKET_BYTES_MAX = 16 * 1024
// Long enough for a sign-in to be checked; a connection without a namespace is closed after it.
const CONNECT_TIMEOUT_MS = 10_000
const CONNECTION_ID_BYTES = 24
const HANDSHAKE_SLICE_MS = 5
const SLOW_CHECK_EVERY_MS = 250
const BACKLOG_CHARS_MAX = 4 * 1024 * 1024
// A client sends a few packets when it joins, and then one for each heartbeat; this is some hundred times as much.
const PACKETS = { burst: 100, perSecond: 20 }
const BYTES = { burst: 64 * 1024, perSecond: 8 * 1024 }

/** Decorates `app.io`: the live events, at /socket.io. */
export default fp(
  async (app) => {
    const { config, connections, metrics, relay, following, tracing } = app
    const registers = [metrics]
    const addressOf = (request: IncomingMessage) => limitKey(app.forwarding.clientAddress(request))
    const connects = app.createHitCounter({ name: 'connects', windowSeconds: CONNECT_WINDOW_SECONDS })
    await app.register(fastifySocketIo.default, {
      serveClient: false,
      destroyUpgrade: false, // app.connections sees to the others
      maxHttpBufferSize: PACKET_BYTES_MAX,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // The names of unknown ones come from clients: none is kept.
      cleanupEmptyChildNamespaces: true,
      allowRequest: admitHandshakes(
        {
          isClosing: () => connections.closing,
          clients: () => app.io.engine.clientsCount,
          maxClients: config.connections.total,
        },
        inTurns(
          limitConnects(config.rateLimitMax, app.forwarding.clientAddress, connects),
          new FairScheduler({
            sliceMs: HANDSHAKE_SLICE_MS,
            rest: 1,
            settled: () => connections.pace.settled('socket'),
          }),
          addressOf,
        ),
      ),
      cors: { origin: config.corsOrigins, credentials: true },
      // The plugin's own way leaves namespaces other than "/" open, and close() would wait for them for ever. Closing
      // the connections reaches all, and their clients come back by themselves.
      preClose(done) {
        for (const namespace of [app.io.of('/admin'), app.io.of('/'), app.io.of('/inventory')])
          namespace.emit('server:closing')
        app.io.engine.close()
        done()
      },
    })

    // The id of a polling connection gives access to it. The package's own ids have 88 random bits.
    const { socketForwarding } = app
    app.io.engine.generateId = () => {
      const random = randomBytes(CONNECTION_ID_BYTES).toString('base64url')
      return socketForwarding?.connectionId(random) ?? random
    }
    flushTogether(app.io.engine)
    answerHandshakes(app.io.engine, {
      headers: securityHeaders(config.production),
      refuse: (...refusal) => connections.refuse(...refusal),
    })

    const { require, validResume } = createAdmission({
      verify: (token) => app.auth.verify(token),
      access: app.auth.access,
      cookieToken: ({ headers }) => app.auth.cookies.read('access', headers),
      isForeign: (request) => app.forwarding.sourceOf(request) === 'foreign',
      onRefused({ request, nsp, data: { holder } }, code) {
        const who = holder && (isKey(holder) ? { keyId: holder.keyId } : { userId: holder.sub })
        app.securityLog.refusedSocket(request, { code, namespace: nsp.name, ...who })
      },
    })
    app.io.of('/').use(validResume).use(require(FOLLOW_OWN))
    app.io.of('/admin').use(validResume).use(require(FOLLOW_ALL))
    app.io.of('/inventory').use(validResume)
    app.io.of((_name, _auth, next) => next(null, true)).use(refuseUnknown)

    const labelNames = ['namespace']
    const sent = new Counter({
      name: 'socket_events_sent_total',
      help: 'Events sent, each counted for every socket that got it',
      labelNames,
      registers,
    })
    const resumed = new Counter({
      name: 'socket_resumes_total',
      help: 'Sockets that connected, by whether they resumed and how that went',
      labelNames: ['namespace', 'result'],
      registers,
    })
    const slow = new Counter({
      name: 'socket_slow_cut_total',
      help: 'Sockets cut off for reading too slowly',
      registers,
    })

    const flooded = new Counter({
      name: 'socket_flood_cut_total',
      help: 'Connections closed for sending too much',
      registers,
    })
    limitPackets(app.io.engine, { packets: PACKETS, bytes: BYTES, onExceeded: () => flooded.inc() })

    const { signedInNamespaces, namespaces } = goLive({
      io: app.io,
      relay,
      following,
      verify: (token) => app.auth.verify(token),
      isLive: (holder) => app.auth.isLive(holder),
      access: app.auth.access,
      addressOf,
      onResume: (namespace, result) => resumed.inc({ namespace, result }),
      onSent: (namespace, count) => sent.inc({ namespace }, count),
      follow: tracing && ((events) => tracing.events.sending('sockets.send', events)),
      onError: (err) => app.log.error({ err }, 'a socket could not be replayed to'),
    })
    app.accounts.sessions.events.on('revoked', (sessionId) => endSession(signedInNamespaces, sessionId))
    app.apiKeys.events.on('ended', (keyId) => endKey(signedInNamespaces, keyId))
    app.apiKeys.events.on('changed', (keyId) => reconnectKey(signedInNamespaces, keyId))
    new Gauge({
      name: 'sockets',
      help: 'Connected sockets',
      labelNames,
      registers,
      collect() {
        for (const { name, sockets } of namespaces) this.set({ namespace: name }, sockets.size)
      },
    })
    new Gauge({
      name: 'socket_replays_waiting',
      help: 'Sockets and event streams that wait for their turn to be told what they missed',
      registers,
      collect() {
        this.set(following.waiting())
      },
    })

    const checkSlow = setInterval(() => slow.inc(cutSlow(namespaces, BACKLOG_CHARS_MAX)), SLOW_CHECK_EVERY_MS)
    app.addHook('onClose', async () => clearInterval(checkSlow))
  },
  {
    name: 'socket',
    dependencies: [
      'config',
      'connections',
      'forwarding',
      'security-log',
      'auth',
      'accounts',
      'relay',
      'following',
      'hit-counters',
      'socket-forwarding',
      'metrics',
      'security',
    ],
  },
)
