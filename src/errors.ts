/** A part of the request that is at fault: a dotted path of a body, or the name of a parameter or header. */
export interface FieldFault {
  path: string
  message: string
}

interface ProblemOptions {
  /** Extension members of the problem document (RFC 9457, 3.2). */
  extra?: Record<string, unknown>
  /** Seconds until another try makes sense: the Retry-After header. */
  retryAfter?: number
  cause?: unknown
  /** Whether it is counted where it is made, and not logged each time. */
  counted?: boolean
}

/**
 * A refusal that a client is meant to read. What it holds is shown to the client, so `detail` and `extra` say
 * nothing of the inside; `cause` is for the log alone.
 */
export class Problem extends Error {
  override name = 'Problem'
  readonly code: string
  readonly statusCode: number
  readonly title: string
  readonly extra: Record<string, unknown>
  readonly retryAfter: number | undefined
  readonly counted: boolean

  constructor(kind: ProblemKind, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause })
    this.code = kind.code
    this.statusCode = kind.status
    this.title = kind.title
    this.extra = options.extra ?? {}
    this.retryAfter = options.retryAfter
    this.counted = options.counted ?? false
  }
}

export interface ProblemKind {
  /** The last part of the document's `type`: stable, in kebab-case. */
  code: string
  status: number
  title: string
}

const kind = (status: number, code: string, title: string): ProblemKind => ({ status, code, title })

/** Every kind of error that a client can meet. */
export const problems = {
  invalidRequest: kind(400, 'invalid-request', 'The request is not valid'),
  malformedJson: kind(400, 'malformed-json', 'The body is not valid JSON'),
  badRequest: kind(400, 'bad-request', 'The request could not be understood'),
  unauthenticated: kind(401, 'unauthenticated', 'Sign in first'),
  invalidCredentials: kind(401, 'invalid-credentials', 'Email or password is wrong'),
  invalidRefreshToken: kind(401, 'invalid-refresh-token', 'Sign in again'),
  forbidden: kind(403, 'forbidden', 'Not allowed'),
  crossSite: kind(403, 'cross-site-request', 'The request came from another site'),
  originNotAllowed: kind(403, 'origin-not-allowed', 'The origin may not call this API'),
  notFound: kind(404, 'not-found', 'Not found'),
  methodNotAllowed: kind(405, 'method-not-allowed', 'The method is not allowed'),
  requestTimeout: kind(408, 'request-timeout', 'The request took too long'),
  emailTaken: kind(409, 'email-taken', 'The email address is taken'),
  orderLimit: kind(409, 'order-limit', 'Too much is held in pending orders'),
  insufficientStock: kind(409, 'insufficient-stock', 'Not enough stock'),
  stockLimit: kind(409, 'stock-limit', 'The stock would grow too large'),
  otherLog: kind(409, 'other-log', 'The log is another one'),
  invalidTransition: kind(409, 'invalid-transition', 'The order cannot take this status'),
  preconditionFailed: kind(412, 'precondition-failed', 'Changed by someone else'),
  bodyTooLarge: kind(413, 'body-too-large', 'The body is too large'),
  unsupportedMediaType: kind(415, 'unsupported-media-type', 'Send JSON'),
  expectationFailed: kind(417, 'expectation-failed', 'The expectation cannot be met'),
  keyReused: kind(422, 'idempotency-key-reused', 'The key belongs to another request'),
  rateLimited: kind(429, 'rate-limited', 'Too many requests'),
  accountLocked: kind(429, 'account-locked', 'Too many wrong passwords'),
  headersTooLarge: kind(431, 'headers-too-large', 'The headers are too large'),
  clientGone: kind(499, 'client-gone', 'The client left'),
  internal: kind(500, 'internal-error', 'Something went wrong here'),
  overloaded: kind(503, 'overloaded', 'Too busy'),
  unavailable: kind(503, 'unavailable', 'Not available right now'),
} as const satisfies Record<string, ProblemKind>

/** Of a description in one line, which is logged too. */
const DETAIL_LENGTH = 1_000

/** A 400 that names every field at fault. */
export function invalidRequest(errors: FieldFault[]): Problem {
  const all = errors.map((e) => `${e.path} ${e.message}`).join('; ')
  const detail = all.length > DETAIL_LENGTH ? `${errors.length} fields are at fault: see errors.` : all
  return new Problem(problems.invalidRequest, detail, { extra: { errors } })
}

export const notFound = (what: string) => new Problem(problems.notFound, `There is no such ${what}.`)

/** For a token that is good, of an account that is not there any more. */
export const accountGone = () => new Problem(problems.unauthenticated, 'The account does not exist any more.')

export const insufficientStock = (productId: string, requested: number, available: number) =>
  new Problem(problems.insufficientStock, `${requested} asked for, ${available} in stock.`, {
    extra: { productId, requested, available },
  })

/** @param retryAfter seconds until the client should try again */
export const overloaded = (retryAfter: number, cause?: unknown) =>
  new Problem(problems.overloaded, 'The server is busy: try again shortly.', { retryAfter, cause })

/** Seconds after which storage that failed is worth another try: somebody has to make room or to mend it. */
const STORAGE_RETRY_SECONDS = 5

/** For a change that the database could not store. @param cause what it said */
export const notStored = (cause: unknown) =>
  new Problem(problems.unavailable, 'Nothing can be saved right now: try again later.', {
    retryAfter: STORAGE_RETRY_SECONDS,
    cause,
  })
