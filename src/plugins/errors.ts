import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type {
  ConnectionError,
  FastifyBaseLogger,
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
} from 'fastify'
import fp from 'fastify-plugin'
import { DatabaseBusy } from '../db/errors.js'
import { isStorageFailure } from '../db/storage-errors.js'
import { invalidRequest, notStored, overloaded, Problem, type ProblemKind, problems } from '../errors.js'
import { faultsOf } from '../http/field-faults.js'
import { problemBody } from '../http/raw-answer.js'
import { createLineLimit, type Level } from '../log/line-limit.js'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Writes a line to `log`, unless too many of its `kind` were written in this second; these are counted in one line
     * at its end. For whatever a stranger can cause as often as they like.
     */
    logLimited(log: FastifyBaseLogger, level: Level, kind: string, fields: object, message: string): void
  }
}

/** Lines a second of one kind. */
const LINES_PER_SECOND = 20
/** Characters of a client's text in a line. */
const SHOWN_LENGTH = 200
const NOTHING_HERE = 'There is nothing at this address.'

/** `url` without its query and fragment: they may hold secrets, and anything added by proxies and pages. */
const pathOf = (url: string) => url.split(/[?#]/, 1)[0] ?? ''

const shown = (text: string) => (text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text)

/** Fastify's own refusals, by their code (https://fastify.dev/docs/latest/Reference/Errors). */
const fastifyRefusals: Record<string, [ProblemKind, string]> = {
  FST_ERR_CTP_INVALID_JSON_BODY: [problems.malformedJson, 'The body could not be read as JSON.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [problems.unsupportedMediaType, 'Send the body as application/json.'],
  FST_ERR_CTP_BODY_TOO_LARGE: [problems.bodyTooLarge, 'A body may have 64 KiB at most.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [problems.badRequest, 'The body is not as long as its header says.'],
}

/** The client's view of `error`: itself if it is a Problem, else a fitting one, at last a 500. */
function asProblem(error: FastifyError | Error): Problem {
  if (error instanceof Problem) return error
  if (error instanceof DatabaseBusy) return overloaded(1, error)
  if (isStorageFailure(error)) return notStored(error)
  const { validation, validationContext, code, statusCode } = error as FastifyError
  if (validation) return invalidRequest(faultsOf(validation, validationContext))
  const refusal = fastifyRefusals[code]
  if (refusal) return new Problem(...refusal, { cause: error })
  // Our own refusals are Problems: this is the file server's, about a path to none of its files.
  if (statusCode === 403) return new Problem(problems.notFound, NOTHING_HERE, { cause: error })
  if (statusCode && statusCode >= 400 && statusCode < 500)
    return new Problem({ ...problems.badRequest, status: statusCode }, 'The request was refused.', {
      cause: error,
    })
  return new Problem(problems.internal, 'The error was logged under the request id.', {
    cause: error,
  })
}

/** Node's own refusals of malformed HTTP requests (https://nodejs.org/api/http.html#event-clienterror), by code. */
const clientRefusals: Record<string, [ProblemKind, string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [problems.requestTimeout, 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: [problems.headersTooLarge, 'The headers are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [problems.bodyTooLarge, 'The chunk extensions are too large.'],
}

/**
 * Logs `problem`: a refusal at info, a failure with its cause and stack. A busy process, or one waiting for a database,
 * is no failure of a request; such lines come in numbers, so they have no stack.
 */
function logProblem(problem: Problem, request: FastifyRequest): void {
  const { statusCode: status, code, message, cause } = problem
  const { ip, log, server, originalUrl: url } = request
  if (status < 500)
    server.logLimited(
      log,
      'info',
      code,
      { code, ip, detail: shown(message), url: shown(pathOf(url)) },
      'request refused',
    )
  else if (status === 503)
    server.logLimited(
      log,
      'warn',
      code,
      { code, ip, cause: shown(String(cause ?? message)) },
      'request not served',
    )
  else server.logLimited(log, 'error', code, { err: cause ?? problem, code, ip }, 'request failed')
}

/** Answers with `problem` as RFC 9457 problem details, and logs it. */
function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply) {
  const { statusCode: status, retryAfter } = problem
  if (!problem.counted) logProblem(problem, request)
  request.server.securityLog.refused(request, problem)
  // Fastify closes the connection after an error of the body, because the client may still be sending it. After a
  // complete body, nothing is to come.
  if (request.raw.complete) reply.removeHeader('connection')
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return reply.code(status).type('application/problem+json').send(problemBody(problem, request.id))
}

/** An address unreadable to the router: not decodable, or with an id too long. */
const unroutable = new Set(['FST_ERR_BAD_URL', 'FST_ERR_MAX_PARAM_LENGTH'])
const NOWHERE = '/unroutable'

/**
 * Answers an error that comes before routing. An unreadable address is routed once more as one without a route: hooks
 * run then, and the answer has the headers and the limits of every other.
 */
export function renderFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  if (!unroutable.has(error.code)) return void sendProblem(asProblem(error), request, reply)
  const raw: IncomingMessage & { originalUrl?: string | undefined } = request.raw
  raw.originalUrl = raw.url
  raw.url = NOWHERE
  request.server.routing(raw, reply.raw)
}

/** Answers an unparsable HTTP request in the same form, and hangs up. */
export function renderClientError(this: FastifyInstance, error: ConnectionError, socket: Socket) {
  const [kind, detail] = clientRefusals[error.code] ?? [problems.badRequest, 'This is not an HTTP request.']
  // Errors of the socket itself: the peer has left.
  if (!socket.writable || /^E[A-Z]+$/.test(error.code)) {
    socket.destroy()
    return
  }
  this.logLimited(
    this.log,
    'info',
    `connection-${kind.code}`,
    { code: kind.code, cause: error.code },
    'connection refused',
  )
  this.connections.refuse(socket, new Problem(kind, detail))
}

/** Every error leaves as application/problem+json. */
export default fp(
  async (app) => {
    const mayWrite = createLineLimit({
      perSecond: LINES_PER_SECOND,
      onSuppressed: (level, kind, count) =>
        app.log[level]({ kind, count }, 'more lines like this were left out'),
    })
    app.decorate('logLimited', (log, level, kind, fields, message) => {
      if (mayWrite(level, kind)) log[level](fields, message)
    })
    app.setErrorHandler<FastifyError>((error, request, reply) =>
      sendProblem(asProblem(error), request, reply),
    )
  },
  { name: 'errors', dependencies: ['security-log'] },
)
