import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionError, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { DatabaseBusy } from '../db/retry.js'
import { isStorageFailure } from '../db/storage.js'
import { invalidRequest, notStored, overloaded, Problem, type ProblemKind, problems } from '../errors.js'
import { newId } from '../ids.js'
import { faultsOf } from '../validation.js'

/** Fastify's own refusals, by their code (https://fastify.dev/docs/latest/Reference/Errors). */
const fastifyRefusals: Record<string, [ProblemKind, string]> = {
  FST_ERR_CTP_INVALID_JSON_BODY: [problems.malformedJson, 'The body could not be read as JSON.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [problems.unsupportedMediaType, 'Send the body as application/json.'],
  FST_ERR_CTP_BODY_TOO_LARGE: [problems.bodyTooLarge, 'A body may have 64 KiB at most.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [problems.badRequest, 'The body is not as long as its header says.'],
}

/** What the client is told about `error`: itself if it is a Problem, else the one that fits, at last a 500. */
function asProblem(error: FastifyError | Error): Problem {
  if (error instanceof Problem) return error
  if (error instanceof DatabaseBusy) return overloaded(1, error)
  if (isStorageFailure(error)) return notStored(error)
  const { validation, validationContext, code, statusCode } = error as FastifyError
  if (validation) return invalidRequest(faultsOf(validation, validationContext))
  const refusal = fastifyRefusals[code]
  if (refusal) return new Problem(...refusal, { cause: error })
  if (statusCode && statusCode >= 400 && statusCode < 500)
    return new Problem({ ...problems.badRequest, status: statusCode }, 'The request was refused.', {
      cause: error,
    })
  return new Problem(problems.internal, 'The error was noted; the request id finds it in the log.', {
    cause: error,
  })
}

/** Node's own refusals of what is no HTTP request (https://nodejs.org/api/http.html#event-clienterror), by code. */
const clientRefusals: Record<string, [ProblemKind, string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [problems.requestTimeout, 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: [problems.headersTooLarge, 'The headers are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [problems.bodyTooLarge, 'The chunk extensions are too large.'],
}

/** The body that says `problem` (RFC 9457). @param instance the request's id */
const documentOf = ({ statusCode: status, code, title, message, extra }: Problem, instance: string) =>
  JSON.stringify({ type: `/problems/${code}`, title, status, detail: message, instance, ...extra })

/** Answers with `problem` as RFC 9457 problem details, and logs it: a refusal at info, a failure with its cause. */
function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply) {
  const { statusCode: status, code, message, retryAfter, cause } = problem
  if (status >= 500) request.log.error({ err: cause ?? problem, code }, 'request failed')
  else request.log.info({ code, detail: message, url: request.originalUrl }, 'request refused')
  // Fastify closes the connection after an error of the body, because the client may still be sending it. One that has
  // arrived whole leaves nothing to come.
  if (request.raw.complete) reply.removeHeader('connection')
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return reply.code(status).type('application/problem+json').send(documentOf(problem, request.id))
}

/** What the router cannot read as a path: an address that can't be decoded, or with an id too long. */
const unroutable = new Set(['FST_ERR_BAD_URL', 'FST_ERR_MAX_PARAM_LENGTH'])
const NOWHERE = '/unroutable'

/**
 * Answers an error that comes before routing. An address that can't be read names nothing, so it is routed once more as one
 * without a route: hooks run then, and the answer has the headers and the limits of every other.
 */
export function renderFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  if (!unroutable.has(error.code)) return void sendProblem(asProblem(error), request, reply)
  const raw: IncomingMessage & { originalUrl?: string } = request.raw
  raw.originalUrl = raw.url
  raw.url = NOWHERE
  request.server.routing(raw, reply.raw)
}

/** Answers, in the same form, what could not be parsed as an HTTP request, and hangs up. */
export function renderClientError(this: FastifyInstance, error: ConnectionError, socket: Socket) {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const [kind, detail] = clientRefusals[error.code] ?? [problems.badRequest, 'This is not an HTTP request.']
  this.log.info({ code: kind.code, cause: error.code }, 'connection refused')
  if (socket.writable) {
    const body = documentOf(new Problem(kind, detail), newId())
    socket.write(
      `HTTP/1.1 ${kind.status} ${STATUS_CODES[kind.status]}\r\nContent-Type: application/problem+json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
  }
  socket.destroy(error)
}

/** Every error leaves as application/problem+json, the unknown route included. */
export default fp(
  async (app) => {
    app.setErrorHandler<FastifyError>((error, request, reply) =>
      sendProblem(asProblem(error), request, reply),
    )
    app.setNotFoundHandler((request, reply) =>
      sendProblem(new Problem(problems.notFound, 'There is nothing at this address.'), request, reply),
    )
  },
  { name: 'errors' },
)
