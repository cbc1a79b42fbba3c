import type { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Problem, problems } from '../errors.js'
import type { AllowRequest } from './connect-limit.js'
import type { Io } from './types.js'

export interface HandshakeBounds {
  isClosing(): boolean
  /** Number of the engine's clients. Polling clients hold no connection; those that stop polling time out after 45 s. */
  clients(): number
  maxClients: number
}

/** A request with engine.io's private fields. */
type EngineRequest = IncomingMessage & {
  /** Query parameters. */
  _query?: Record<string, string>
  /** The response; undefined for an upgrade. */
  res?: unknown
}

/** Wraps `allowRequest`: refuses handshakes that cannot be served and passes the others to `next`. */
export function admitHandshakes(
  { isClosing, clients, maxClients }: HandshakeBounds,
  next: AllowRequest,
): AllowRequest {
  return (request, decide) => {
    const { EIO: version, j: callback } = (request as EngineRequest)._query ?? {}
    // Engine.io would answer with a script, which any page could include (JSON hijacking).
    if (callback !== undefined) decide('JSONP is not supported', false)
    // For WebSockets the engine checks the version only after the upgrade.
    else if (version !== '4') decide('Unsupported protocol version', false)
    else if (isClosing()) decide('The server is closing', false)
    else if (clients() >= maxClients) decide('Too many clients', false)
    else next(request, decide)
  }
}

interface Refusal {
  req: EngineRequest
  message: string
  context?: { message?: string }
}

export interface AnswerOptions {
  /** Security headers of every response. */
  headers: Readonly<Record<string, string>>
  /** Answers on a raw connection, detached from Node's parser, and closes it. */
  refuse(socket: Duplex, problem: Problem, headers?: Readonly<Record<string, string>>): void
}

type WebSocketEngine = new (...options: never[]) => EventEmitter

/** Supported protocol versions, which a refusal must list (RFC 6455, 4.2.2). */
const SUPPORTED_VERSIONS = { 'sec-websocket-version': '13, 8' }

// The security headers relevant to a WebSocket; the others concern rendered content.
const UPGRADE_HEADERS = ['strict-transport-security', 'x-content-type-options']

/**
 * Adds security headers to upgrades and their refusals, which the engine writes to the raw connection. Its other
 * responses go through the HTTP server, which adds them.
 */
export function answerHandshakes(engine: Io['engine'], { headers, refuse }: AnswerOptions): void {
  const upgradeHeaders = Object.fromEntries(
    Object.entries(headers).filter(([name]) => UPGRADE_HEADERS.includes(name)),
  )
  engine.on('headers', (sent: Record<string, string>, request: EngineRequest) => {
    if (request.headers.upgrade !== undefined) Object.assign(sent, upgradeHeaders)
  })
  // Without a 'wsClientError' listener, ws answers an invalid handshake itself, in HTML and without these headers. The
  // engine creates a new WebSocket server whenever the HTTP server starts to listen, hence the subclass.
  const options = engine.opts as { wsEngine: WebSocketEngine }
  options.wsEngine = class extends options.wsEngine {
    constructor(...created: never[]) {
      super(...created)
      this.on('wsClientError', ({ message }: Error, socket: Duplex) =>
        refuse(socket, new Problem(problems.badRequest, `${message}.`), SUPPORTED_VERSIONS),
      )
    }
  }
  engine.on('connection_error', ({ req, message, context }: Refusal) => {
    // Runs before the engine's own HTML response, which then finds the connection closed.
    if (req.res === undefined)
      refuse(req.socket, new Problem(problems.badRequest, `${context?.message ?? message}.`))
  })
}
