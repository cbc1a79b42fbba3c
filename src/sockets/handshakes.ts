import type { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Problem, problems } from '../errors.js'
import type { AllowRequest } from './connect-limit.js'
import type { Io } from './types.js'

export interface HandshakeBounds {
  isClosing(): boolean
  /** How many clients the engine has. Those that poll hold no connection, and those that never poll leave in 45 s. */
  clients(): number
  clientsMax: number
}

/** A request, with what engine.io notes in it. */
type EngineRequest = IncomingMessage & {
  /** The parameters of its URL. */
  _query?: Record<string, string>
  /** Its answer; an upgrade has none. */
  res?: unknown
}

/** The engine's `allowRequest`: refuses handshakes that can't be served, and asks `next` of the others. */
export function admitHandshakes(
  { isClosing, clients, clientsMax }: HandshakeBounds,
  next: AllowRequest,
): AllowRequest {
  return (request, decide) => {
    const { EIO: version, j: callback } = (request as EngineRequest)._query ?? {}
    // Engine.io would answer with a script, which any page could include.
    if (callback !== undefined) decide('JSONP is not supported', false)
    // Of WebSockets, the engine finds out only after it has upgraded.
    else if (version !== '4') decide('Unsupported protocol version', false)
    else if (isClosing()) decide('The server is closing', false)
    else if (clients() >= clientsMax) decide('Too many clients', false)
    else next(request, decide)
  }
}

interface Refusal {
  req: EngineRequest
  message: string
  context?: { message?: string }
}

export interface AnswerOptions {
  /** The security headers of every answer. */
  headers: Readonly<Record<string, string>>
  /** Answers on a connection that no parser reads, and closes it. */
  refuse(socket: Duplex, problem: Problem, headers?: Readonly<Record<string, string>>): void
}

type WebSocketEngine = new (...options: never[]) => EventEmitter

/** The versions of the protocol that a client may use, which a refusal has to name (RFC 6455, 4.2.2). */
const SPOKEN = { 'sec-websocket-version': '13, 8' }

// What concerns a WebSocket; the others are about content that browsers show.
const OF_UPGRADES = ['strict-transport-security', 'x-content-type-options']

/**
 * Gives upgrades, and refusals of them, the security headers. The engine writes these by itself on the bare connection;
 * its other answers pass the server, which sees to theirs.
 */
export function answerHandshakes(engine: Io['engine'], { headers, refuse }: AnswerOptions): void {
  const ofUpgrades = Object.fromEntries(
    Object.entries(headers).filter(([name]) => OF_UPGRADES.includes(name)),
  )
  engine.on('headers', (sent: Record<string, string>, request: EngineRequest) => {
    if (request.headers.upgrade !== undefined) Object.assign(sent, ofUpgrades)
  })
  // Without a listener, the library answers a handshake that it cannot read by itself, in HTML and without these headers.
  // The engine makes a new server of WebSockets whenever the HTTP server starts to listen.
  const options = engine.opts as { wsEngine: WebSocketEngine }
  options.wsEngine = class extends options.wsEngine {
    constructor(...created: never[]) {
      super(...created)
      this.on('wsClientError', ({ message }: Error, socket: Duplex) =>
        refuse(socket, new Problem(problems.badRequest, `${message}.`), SPOKEN),
      )
    }
  }
  engine.on('connection_error', ({ req, message, context }: Refusal) => {
    // Comes before the engine's own answer, in HTML, for which nothing is left to write on.
    if (req.res === undefined)
      refuse(req.socket, new Problem(problems.badRequest, `${context?.message ?? message}.`))
  })
}
