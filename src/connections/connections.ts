import { EventEmitter } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Duplex } from 'node:stream'
import { Problem, problems } from '../errors.js'
import { answerWith, hangUp } from '../http/raw-answer.js'
import { isSafe } from '../http/safe-methods.js'
import { newId } from '../ids.js'
import { AcceptPace } from './accept-pace.js'
import { endLeftovers, settleBacklog } from './closing.js'
import type { Connection, Overdue } from './connection.js'
import { endOverdue, endSilent } from './deadlines.js'
import type { Elsewhere } from './elsewhere.js'
import { type ConnectionLimits, HEADERS_MS, withinDescriptors } from './limits.js'
import { Registry, type RegistryOptions } from './registry.js'
import { createResponseClass } from './response.js'
import { takeOver } from './take-over.js'
import { Turns } from './turns.js'
import { refuseUnsound } from './unsound.js'
import { declineUpgrade, decliningBodies } from './upgrades.js'

export interface ConnectionsOptions extends Pick<RegistryOptions, 'isProxy'> {
  limits: ConnectionLimits
  /** Security headers of every response, unless it has its own. */
  headers: Readonly<Record<string, string>>
}

interface ConnectionEvents {
  /** A connection exceeded a limit: the total, or the one of its address. */
  refused: ['total' | 'address']
  /** A connection was ended because its client missed a deadline. */
  cut: [Overdue]
  /** A handler threw; its connection was ended. */
  fault: [unknown]
}

const CHECK_INTERVAL_MS = 1_000
const CLOSING_CHECK_INTERVAL_MS = 25
const HEADERS_CHECK_INTERVAL_MS = 5_000

const SOCKET_IO_METHODS = ['GET', 'POST', 'OPTIONS']

/**
 * Owns every connection of a server from accept to close: each has an error listener and deadlines and counts towards the
 * limits, whatever protocol it carries. See docs/connections.md.
 */
export class Connections extends EventEmitter<ConnectionEvents> {
  readonly #limits: ConnectionLimits
  readonly #headers: Readonly<Record<string, string>>
  readonly #registry: Registry
  readonly pace = new AcceptPace()
  readonly #turns = new Turns<Connection>()
  /** Whether a request is not handled by the application, and may upgrade. */
  #isForeign: (request: IncomingMessage) => boolean = () => true
  #checks: NodeJS.Timeout | undefined
  #closing = false

  constructor({ limits, headers, isProxy }: ConnectionsOptions) {
    super()
    this.#limits = limits
    this.#headers = headers
    const { perAddress, requestMs } = limits
    this.#registry = new Registry({ perAddress, lingerMs: requestMs, isProxy })
  }

  /** Whether the server is about to close, so each response ends its connection. */
  get closing(): boolean {
    return this.#closing
  }

  /** Whether the client of `request` has disconnected. */
  hasLeft({ socket }: IncomingMessage): boolean {
    return socket.destroyed || this.#registry.of(socket)?.gone === true
  }

  get open(): number {
    return this.#registry.size
  }

  /** Creates the server; Fastify's `serverFactory`. @param handler answers its requests */
  createServer(handler: RequestListener): Server {
    const { total, sendMs, idleMs } = this.#limits
    const cut = (overdue: Overdue) => this.emit('cut', overdue)
    const server = createServer(
      {
        ServerResponse: createResponseClass({
          headers: this.#headers,
          onCreated: (request, response) => this.#registry.of(request.socket)?.expect(request, response),
          isLast: (response) =>
            this.#closing && this.#registry.of(response.req.socket)?.response === response,
        }) as unknown as typeof ServerResponse,
        headersTimeout: HEADERS_MS,
        connectionsCheckingInterval: HEADERS_CHECK_INTERVAL_MS,
        requireHostHeader: false, // `refuseUnsound` checks more
        requestTimeout: 0, // this class times bodies itself: large ones may take longer
        keepAliveTimeout: idleMs,
        ...decliningBodies((request) => this.#isForeign(request)),
      },
      handler,
    )
    server.maxConnections = withinDescriptors(total)
    server.maxHeadersCount = 0 // more than 2,000 would be dropped silently; their size is limited
    server.setTimeout(sendMs)
    // Node's own implementation drops unsent data; `endLeftovers` ends idle connections.
    server.closeIdleConnections = () => {}
    server.close = this.#closeGracefully(server)
    return server
      .on('connection', (socket) => {
        this.pace.note()
        if (this.#registry.of(socket)) return // re-emitted by `declineUpgrade`
        const accepted = this.#registry.accept(socket)
        if (accepted === false) this.emit('refused', 'address')
        if (!accepted) socket.destroy()
      })
      .on('drop', () => this.emit('refused', 'total'))
      .on('timeout', (socket) => endSilent(server, socket, this.#registry.of(socket), sendMs, cut))
      .on('connect', (_request, socket) =>
        this.refuse(socket, new Problem(problems.badRequest, 'This server is not a proxy.')),
      )
      .on('listening', () => {
        const check = () => endOverdue(server, this.#registry, CHECK_INTERVAL_MS, this.#limits, cut)
        this.#checks = setInterval(check, CHECK_INTERVAL_MS).unref()
      })
      .on('close', () => clearInterval(this.#checks))
  }

  /**
   * Puts itself between the events of `server` and their current listeners; call it once all are attached.
   * @param path prefix of the requests not handled by the application; only these may upgrade
   * @param elsewhere takes those of them that another process handles
   */
  guard(server: Server, path: string, elsewhere?: Elsewhere): void {
    const serve = takeOver(server, 'request')
    const upgrade = takeOver(server, 'upgrade')
    this.#isForeign = ({ url }) => url?.startsWith(path) === true

    const begin = (connection: Connection, request: IncomingMessage, response: ServerResponse): void => {
      // The client has disconnected: skip the work.
      if (connection.gone) return
      if (this.#isForeign(request)) {
        this.#survive(connection, () => {
          if (elsewhere?.request(request, response)) return
          if (SOCKET_IO_METHODS.includes(request.method ?? '')) serve(request, response)
          else
            answerWith(
              new Problem(problems.methodNotAllowed, 'This path is for Socket.IO.'),
              response,
              newId(),
              { allow: SOCKET_IO_METHODS.join(', ') },
            )
        })
      } else serve(request, response)
    }
    server.on('request', (request, response) => {
      const connection = this.#registry.of(request.socket)
      if (!connection || connection.gone) return
      this.#turns.run(connection, isSafe(request.method), () => begin(connection, request, response))
    })

    server.on('upgrade', (request, socket, head) => {
      const connection = this.#registry.of(socket)
      if (!connection) return void socket.destroy()
      this.#afterAnswers(connection, () =>
        this.#survive(connection, () => {
          if (connection.gone || connection.socket.readableEnded) socket.destroy()
          else if (!this.#isForeign(request)) declineUpgrade(server, request, socket, head)
          else {
            connection.upgraded = true
            // Until the WebSocket takes over and sets its own timeout.
            connection.socket.setTimeout(this.#limits.requestMs, () => socket.destroy())
            if (!elsewhere?.upgrade(request, socket, head)) upgrade(request, socket, head)
          }
        }),
      )
    })
    refuseUnsound(server, (socket, problem) => this.refuse(socket, problem))
  }

  /**
   * Answers with `problem` after all responses due on the connection, and closes it.
   * @param headers sent besides the standard ones
   */
  refuse(socket: Duplex, problem: Problem, headers: Readonly<Record<string, string>> = {}): void {
    const connection = this.#registry.of(socket)
    if (connection?.refused) return
    const answer = () => hangUp(socket, problem, { ...this.#headers, ...headers }, newId())
    if (!connection) return answer() // of the program around the shop
    connection.refused = true
    const { response } = connection
    // For a partial request the problem is its response, sent when its turn comes.
    if (!connection.receiving) this.#afterAnswers(connection, answer)
    else if (response?.headersSent) socket.destroy()
    else if (response && !response.socket) response.once('socket', answer)
    else answer()
  }

  /** From now on each response ends its connection, which moves clients and load balancers to other nodes. */
  startClosing(): void {
    this.#closing = true
  }

  /** Replaces `server.close`: closes the listener once the accept queue is empty, then ends leftover connections. */
  #closeGracefully(server: Server): Server['close'] {
    const close = server.close.bind(server)
    const whenAccepted = async (done?: (error?: Error) => void) => {
      this.#closing = true
      await settleBacklog(server)
      // In the turn in which the queue was empty: closing resets any later connection.
      close(done)
      clearInterval(this.#checks)
      const began = performance.now()
      this.#checks = setInterval(() => {
        const closingMs = performance.now() - began
        endLeftovers(this.#registry, CLOSING_CHECK_INTERVAL_MS, closingMs, this.#headers)
      }, CLOSING_CHECK_INTERVAL_MS)
    }
    return (done) => {
      if (server.listening) void whenAccepted(done)
      else close(done)
      return server
    }
  }

  /** Calls `run` once the responses due on the connection are sent, or it has closed. */
  #afterAnswers({ response, socket }: Connection, run: () => void): void {
    // Not `writableFinished`: a response holds the socket until its later 'finish' event.
    if (!response || response.destroyed || socket.destroyed) return run()
    const deadline = setTimeout(() => socket.destroy(), this.#limits.sendMs).unref()
    response.once('close', () => {
      clearTimeout(deadline)
      run()
    })
  }

  /** Contains errors of `run`: it shares no state with other connections, so only this one is ended. */
  #survive(connection: Connection, run: () => void): void {
    try {
      run()
    } catch (error) {
      connection.socket.destroy()
      this.emit('fault', error)
    }
  }
}
