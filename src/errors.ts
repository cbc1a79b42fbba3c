/** An invalid part of the request: a dotted path in the body, or the name of a parameter or header. */
export interface FieldFault {
  path: string
  message: string
}

interface ProblemOptions {
  /** Extension members of the problem document (RFC 9457, 3.2). */
  extra?: Record<string, unknown>
  /** Seconds for the Retry-After header. */
  retryAfter?: number
  cause?: unknown
  /** Whether it is counted at its source instead of being logged each time. */
  counted?: boolean
}

/**
 * An error rendered to the client as problem+json. `detail` and `extra` must reveal no internals; `cause` goes to the
 * log only.
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
  /** Last segment of the document's `type`: stable, in kebab-case. */
  code: string
  status: number
  title: string
}

const kind = (status: number, code: string, title: string): ProblemKind => ({ status, code, title })

/** Catalogue of all errors returned to clients. */
export const problems = {
  invalidRequest: kind(400, 'invalid-request', 'The request is not valid'),
  malformedJson: kind(400, 'malformed-json', 'The body is not valid JSON'),
  badRequest: kind(400, 'bad-request', 'The request could not be understood'),
  unauthenticated: kind(401, 'unauthenticated', 'Authentication required'),
  invalidCredentials: kind(401, 'invalid-credentials', 'Email or password is wrong'),
  invalidRefreshToken: kind(401, 'invalid-refresh-token', 'Sign in again'),
  invalidToken: kind(401, 'invalid-token', 'The token is not valid'),
  mfaRequired: kind(401, 'mfa-required', 'A second step is required'),
  invalidPasskey: kind(401, 'invalid-passkey', 'The passkey could not be verified'),
  invalidCode: kind(401, 'invalid-code', 'The code is wrong'),
  forbidden: kind(403, 'forbidden', 'Not allowed'),
  mfaSetupRequired: kind(403, 'mfa-setup-required', 'A second factor is required'),
  recentSignInRequired: kind(403, 'recent-sign-in-required', 'A recent sign-in is required'),
  emailNotVerified: kind(403, 'email-not-verified', 'The email address is not verified'),
  accountDisabled: kind(403, 'account-disabled', 'The account is disabled'),
  crossSite: kind(403, 'cross-site-request', 'The request came from another site'),
  originNotAllowed: kind(403, 'origin-not-allowed', 'The origin may not call this API'),
  notFound: kind(404, 'not-found', 'Not found'),
  productsNotFound: kind(404, 'not-found', 'Not found'),
  methodNotAllowed: kind(405, 'method-not-allowed', 'The method is not allowed'),
  requestTimeout: kind(408, 'request-timeout', 'The request took too long'),
  lastAdmin: kind(409, 'last-admin', 'The shop needs an admin'),
  totpEnabled: kind(409, 'totp-enabled', 'Codes of an authenticator app are on'),
  passkeyLimit: kind(409, 'passkey-limit', 'Too many passkeys'),
  apiKeyLimit: kind(409, 'api-key-limit', 'Too many API keys'),
  webhookLimit: kind(409, 'webhook-limit', 'Too many webhooks'),
  emailTaken: kind(409, 'email-taken', 'The email address is taken'),
  skuTaken: kind(409, 'sku-taken', 'The SKU is taken'),
  orderLimit: kind(409, 'order-limit', 'The limit of pending orders is reached'),
  orderRefused: kind(409, 'order-refused', 'A rule of the shop refuses the order'),
  insufficientStock: kind(409, 'insufficient-stock', 'Not enough stock'),
  shortOfStock: kind(409, 'insufficient-stock', 'Not enough stock'),
  stockLimit: kind(409, 'stock-limit', 'The stock would grow too large'),
  stockChanged: kind(409, 'stock-changed', 'The stock is not the expected one'),
  otherLog: kind(409, 'other-log', 'The epoch of the log has changed'),
  invalidTransition: kind(409, 'invalid-transition', 'The order cannot take this status'),
  answerLost: kind(409, 'idempotency-answer-lost', 'The answer of this key is lost'),
  preconditionFailed: kind(412, 'precondition-failed', 'The resource has changed'),
  bodyTooLarge: kind(413, 'body-too-large', 'The body is too large'),
  unsupportedMediaType: kind(415, 'unsupported-media-type', 'The media type is not supported'),
  expectationFailed: kind(417, 'expectation-failed', 'The expectation cannot be met'),
  keyReused: kind(422, 'idempotency-key-reused', 'The key belongs to another request'),
  rateLimited: kind(429, 'rate-limited', 'Too many requests'),
  accountLocked: kind(429, 'account-locked', 'Too many wrong passwords'),
  headersTooLarge: kind(431, 'headers-too-large', 'The headers are too large'),
  clientGone: kind(499, 'client-gone', 'The client closed the connection'),
  internal: kind(500, 'internal-error', 'Internal server error'),
  overloaded: kind(503, 'overloaded', 'The server is busy'),
  mailUnavailable: kind(503, 'mail-unavailable', 'No mail can be sent'),
  unavailable: kind(503, 'unavailable', 'The service is unavailable'),
} as const satisfies Record<string, ProblemKind>

/** Maximum fields listed in a response: a body of 64 KiB has room for 5,000 unknown ones, each an error. */
export const FAULTS_MAX = 100

/** The detail is one line, and is logged too. */
const MAX_DETAIL_LENGTH = 1_000

const countOf = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** Creates a 400 with a list of the invalid fields, the first 100. */
export function invalidRequest(faults: FieldFault[]): Problem {
  const errors = faults.slice(0, FAULTS_MAX)
  const all = errors.map((e) => `${e.path} ${e.message}`).join('; ')
  const detail = all.length > MAX_DETAIL_LENGTH ? `${errors.length} fields are invalid: see errors.` : all
  return new Problem(problems.invalidRequest, detail, { extra: { errors } })
}

export const notFound = (what: string) => new Problem(problems.notFound, `There is no such ${what}.`)

/** @param cause the error of the database */
export const skuTaken = (cause?: unknown) =>
  new Problem(problems.skuTaken, 'Another product has this SKU.', { cause })

/** @param cause the error of the database, if it found out */
export const emailTaken = (cause?: unknown) =>
  new Problem(problems.emailTaken, 'Another account has this email address.', { cause })

export const mailUnavailable = () =>
  new Problem(problems.mailUnavailable, 'This shop is not set up to send mail: ask an admin of it.')

/** Creates the 403 for want of a verified email address. */
export const emailNotVerified = () =>
  new Problem(
    problems.emailNotVerified,
    'Verify your email address first, by the link that was mailed there.',
  )

/** Creates the 401 for an unknown, expired or used token. */
export const invalidToken = () =>
  new Problem(problems.invalidToken, 'The token is wrong, has expired, or was used before.')

/**
 * Creates the 401 for a right password with a second step to follow.
 * @param pending the members of the problem document
 */
export const mfaRequired = (pending: { mfaToken: string; methods: string[] }) =>
  new Problem(problems.mfaRequired, 'The password is right: continue with a code or a passkey.', {
    extra: { ...pending },
  })

/** Creates the 401 for a failed proof by a passkey. */
export const invalidPasskey = (cause?: unknown) =>
  new Problem(problems.invalidPasskey, 'The passkey is unknown, or its answer is not valid: try again.', {
    cause,
  })

/** Creates the 403 for an admin without a required second factor. */
export const mfaSetupRequired = () =>
  new Problem(problems.mfaSetupRequired, 'Admins need a second factor: set one up, and refresh the session.')

/** Creates the 401 for a wrong code of a second step. */
export const invalidCode = (detail: string, cause?: unknown) =>
  new Problem(problems.invalidCode, detail, { cause })

/** Creates the 401 for a valid token of an ended session. */
export const sessionEnded = () => new Problem(problems.unauthenticated, 'The session has ended.')

/** Creates the 401 for a valid token of a deleted account. */
export const accountGone = () => new Problem(problems.unauthenticated, 'The account no longer exists.')

export const insufficientStock = (productId: string, requested: number, available: number) =>
  new Problem(problems.insufficientStock, `${requested} requested, ${available} in stock.`, {
    extra: { productId, requested, available },
  })

/** A refusal by a rule of the shop's own. @param reason tells programs apart why */
export const orderRefused = (productId: string, detail: string, reason: string | undefined) =>
  new Problem(problems.orderRefused, detail, {
    extra: { productId, ...(reason !== undefined && { reason }) },
  })

/** @param most maximum units of a product */
export const stockLimit = (most: number) =>
  new Problem(problems.stockLimit, `A product may have at most ${most} units.`)

/** Missing units of a product. */
export interface Shortage {
  productId: string
  requested: number
  available: number
}

/** Creates the 409 for a checkout. @param shortages every line with too little stock */
export const shortOfStock = (shortages: Shortage[]) =>
  new Problem(problems.shortOfStock, `Not enough in stock of ${countOf(shortages.length, 'product')}.`, {
    extra: { shortages },
  })

/** Creates the 404 for a checkout. @param productIds all nonexistent ones */
export const productsNotFound = (productIds: string[]) =>
  new Problem(
    problems.productsNotFound,
    `${countOf(productIds.length, 'product')} of the checkout cannot be found.`,
    {
      extra: { productIds },
    },
  )

/** @param retryAfter seconds for the Retry-After header */
export const overloaded = (retryAfter: number, cause?: unknown) =>
  new Problem(problems.overloaded, 'The server is busy: try again shortly.', { retryAfter, cause })

/** Creates the 503 for an order that may have been placed, or may be placed yet. @param cause why that is not known */
export const unknownOutcome = (cause: unknown) =>
  new Problem(problems.unavailable, 'The outcome is not known: look before you repeat the order.', {
    retryAfter: 1,
    cause,
  })

/** Retry-After of failed storage: somebody has to free space or repair it. */
const STORAGE_RETRY_SECONDS = 5

/** Creates the 503 for a write the database could not store. @param cause the error of the database */
export const notStored = (cause: unknown) =>
  new Problem(problems.unavailable, 'Nothing can be saved right now: try again later.', {
    retryAfter: STORAGE_RETRY_SECONDS,
    cause,
  })
