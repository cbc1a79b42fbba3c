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
import { newId } from '../ids.js'
import { endLeftovers, settleBacklog } from './closing.js'
import type { Connection, Overdue } from './connection.js'
import { endOverdue, endSilent } from './deadlines.js'
import { type ConnectionLimits, HEADERS_MS, withinDescriptors } from './limits.js'
import { Registry, type RegistryOptions } from './registry.js'
import { createResponseClass, type OwnedResponse } from './response.js'
import { takeOver } from './take-over.js'
import { Turns } from './turns.js'
import { declineUpgrade } from './upgrades.js'

export interface ConnectionsOptions extends Pick<RegistryOptions, 'isProxy'> {
  limits: ConnectionLimits
  /** The security headers of answers that the application does not write. */
  headers: Readonly<Record<string, string>>
}

interface ConnectionEvents {
  /** A connection was refused, because there were too many: in all, or of its address. */
  refused: ['total' | 'address']
  /** A connection was ended, because its client was too slow to send or to read. */
  cut: [Overdue]
  /** Something threw in an event of a connection, which was ended. */
  fault: [unknown]
}

const CHECK_EVERY_MS = 1_000
const CHECK_CLOSING_EVERY_MS = 25
const CHECK_HEADERS_EVERY_MS = 5_000

/** Of requests to Socket.IO. */
const METHODS = ['GET', 'POST', 'OPTIONS']

/**
 * Owns every connection of a server from its first byte to its last: each has a listener for its errors, deadlines, and
 * a place in the limits, whatever it carries. See docs/connections.md.
 */
export class Connections extends EventEmitter<ConnectionEvents> {
  readonly #limits: ConnectionLimits
  readonly #headers: Readonly<Record<string, string>>
  readonly #registry: Registry
  readonly #turns = new Turns()
  #checks: NodeJS.Timeout | undefined
  #closing = false

  constructor({ limits, headers, isProxy }: ConnectionsOptions) {
    super()
    this.#limits = limits
    this.#headers = headers
    this.#registry = new Registry({ perAddress: limits.perAddress, isProxy })
  }

  /** Whether the server is about to close: each answer ends its connection. */
  get closing(): boolean {
    return this.#closing
  }

  /** Whether the client of `request` has left, so that no answer could reach it. */
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
          onCreated: (request, response) => {
            const connection = this.#registry.of(request.socket)
            if (!connection) return
            connection.used = true
            connection.request = request
            connection.response = response
          },
          isLast: (response) =>
            this.#closing && this.#registry.of(response.req.socket)?.response === response,
        }) as typeof ServerResponse,
        headersTimeout: HEADERS_MS,
        connectionsCheckingInterval: CHECK_HEADERS_EVERY_MS,
        requestTimeout: 0, // of bodies this class takes care: large ones may take longer
        keepAliveTimeout: idleMs,
      },
      handler,
    )
    server.maxConnections = withinDescriptors(total)
    server.setTimeout(sendMs)
    // Node's own way drops what has not been sent yet; `endLeftovers` sees to idle connections.
    server.closeIdleConnections = () => {}
    server.close = this.#closeGracefully(server)
    return server
      .on('connection', (socket) => {
        if (this.#registry.of(socket)) return // declined an upgrade, and given back
        const accepted = this.#registry.accept(socket)
        if (accepted === false) this.emit('refused', 'address')
        if (!accepted) socket.destroy()
      })
      .on('drop', () => this.emit('refused', 'total'))
      .on('timeout', (socket) => endSilent(server, socket, this.#registry.of(socket), sendMs, cut))
      .on('connect', (_request, socket) =>
        this.refuse(socket, new Problem(problems.badRequest, 'This server is no proxy.')),
      )
      .on('checkExpectation', (_request, response) => {
        const problem = new Problem(problems.expectationFailed, 'Only "Expect: 100-continue" is understood.')
        response.shouldKeepAlive = false // the body may come or not
        answerWith(problem, response, newId())
      })
      .on('listening', () => {
        const check = () => endOverdue(server, this.#registry, CHECK_EVERY_MS, this.#limits, cut)
        this.#checks = setInterval(check, CHECK_EVERY_MS).unref()
      })
      .on('close', () => clearInterval(this.#checks))
  }

  /**
   * Takes a place between the events of `server` and those who listen to them by now, so it is called when all do.
   * @param path where requests are not the application's, and upgrades are allowed
   */
  guard(server: Server, path: string): void {
    const serve = takeOver(server, 'request')
    const upgrade = takeOver(server, 'upgrade')
    const isForeign = (request: IncomingMessage) => request.url?.startsWith(path) === true

    const begin = (connection: Connection, request: IncomingMessage, response: OwnedResponse): void => {
      // Nobody is there to be answered, so what was not begun is not run.
      if (connection.gone) return
      if (isForeign(request)) {
        this.#survive(connection, () => {
          if (METHODS.includes(request.method ?? '')) serve(request, response)
          else
            answerWith(
              new Problem(problems.methodNotAllowed, 'This path is for Socket.IO.'),
              response,
              newId(),
              { allow: METHODS.join(', ') },
            )
        })
      } else {
        response.byApplication = true
        serve(request, response)
      }
    }
    server.on('request', (request, response) => {
      const connection = this.#registry.of(request.socket)
      if (!connection || connection.gone) return
      this.#turns.run(() => begin(connection, request, response as OwnedResponse))
    })

    server.on('upgrade', (request, socket, head) => {
      const connection = this.#registry.of(socket)
      if (!connection) return void socket.destroy()
      this.#afterAnswers(connection, () =>
        this.#survive(connection, () => {
          if (connection.gone || connection.socket.readableEnded) socket.destroy()
          else if (!isForeign(request)) declineUpgrade(server, request, socket, head)
          else {
            connection.upgraded = true
            // Until a WebSocket has taken it over, which sets a timeout of its own.
            connection.socket.setTimeout(this.#limits.requestMs, () => socket.destroy())
            upgrade(request, socket, head)
          }
        }),
      )
    })
  }

  /**
   * Answers with `problem` when all answers that are due on the connection have gone out, and closes it.
   * @param headers sent beside those of every answer
   */
  refuse(socket: Duplex, problem: Problem, headers: Readonly<Record<string, string>> = {}): void {
    const connection = this.#registry.of(socket)
    if (!connection || connection.refused) return
    connection.refused = true
    const answer = () => hangUp(socket, problem, { ...this.#headers, ...headers }, newId())
    const { response } = connection
    // The answer to a request that came in part is this one, when its turn has come.
    if (!connection.receiving) this.#afterAnswers(connection, answer)
    else if (response?.headersSent) socket.destroy()
    else if (response && !response.socket) response.once('socket', answer)
    else answer()
  }

  /** From now on each answer ends its connection, which makes clients and balancers go elsewhere. */
  startClosing(): void {
    this.#closing = true
  }

  /** Replaces `close` of `server`: closes the listener when nobody waits to be accepted, then ends what is left over. */
  #closeGracefully(server: Server): Server['close'] {
    const close = server.close.bind(server)
    const whenAccepted = async (done?: (error?: Error) => void) => {
      this.#closing = true
      await settleBacklog(server)
      // In the turn of the event loop that found the queue empty: connections that still came are reset by this.
      close(done)
      clearInterval(this.#checks)
      const began = performance.now()
      this.#checks = setInterval(() => {
        endLeftovers(this.#registry, CHECK_CLOSING_EVERY_MS, performance.now() - began)
      }, CHECK_CLOSING_EVERY_MS)
    }
    return (done) => {
      if (server.listening) void whenAccepted(done)
      else close(done)
      return server
    }
  }

  /** Calls `run` when the answers that are due on `connection` have gone out, or it has closed. */
  #afterAnswers({ response, socket }: Connection, run: () => void): void {
    // Not `writableFinished`: the answer holds the connection until its 'finish' was emitted, which comes later.
    if (!response || response.destroyed || socket.destroyed) return run()
    const deadline = setTimeout(() => socket.destroy(), this.#limits.sendMs).unref()
    response.once('close', () => {
      clearTimeout(deadline)
      run()
    })
  }

  /** Nothing that such an event has to do with is shared with others, so an error ends its connection alone. */
  #survive(connection: Connection, run: () => void): void {
    try {
      run()
    } catch (error) {
      connection.socket.destroy()
      this.emit('fault', error)
    }
  }
}
