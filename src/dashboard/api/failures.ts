/** The body of every error response (RFC 9457). */
export interface ProblemDocument {
  type?: string
  title?: string
  detail?: string
  instance?: string
  errors?: { path: string; message: string }[]
  [member: string]: unknown
}

/** The server answered with an error status. */
export class Refused extends Error {
  override name = 'Refused'
  readonly status: number
  /** The stable part of the problem's `type`, such as `insufficient-stock`. */
  readonly code: string
  readonly problem: ProblemDocument
  /** Seconds, from the Retry-After header. */
  readonly retryAfter: number | undefined

  constructor(status: number, problem: ProblemDocument, retryAfter: number | undefined) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`)
    this.status = status
    this.code = problem.type?.split('/').at(-1) ?? ''
    this.problem = problem
    this.retryAfter = retryAfter
  }
}

/** No response: it is unknown whether the server processed the request. */
export class Unreachable extends Error {
  override name = 'Unreachable'
  /** Whether the request timed out, rather than failing to connect. */
  readonly slow: boolean
  constructor(slow: boolean, cause: unknown) {
    super(slow ? 'The server takes too long to answer.' : "The server can't be reached.", { cause })
    this.slow = slow
  }
}

/** The person signed out, or never signed in, while a request waited for the session. */
export class SignedOut extends Error {
  override name = 'SignedOut'
}

/** The sign-in succeeded, but the browser dropped its cookies. */
export class CookiesDropped extends Error {
  override name = 'CookiesDropped'
  constructor() {
    super(
      'Email and password are right, but this page came over plain HTTP and the server’s cookies are for HTTPS only, so the ' +
        'browser drops them. Open the dashboard by its https:// address.',
    )
  }
}

const TEMPORARY = new Set([429, 502, 503, 504])

/** Whether an idempotent request may succeed if it is retried. */
export const isTransient = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof Refused && TEMPORARY.has(error.status))

/** Whether a request was rejected before it was processed, so even a non-idempotent one is safe to retry. */
export const wasThrottled = (error: unknown): boolean => error instanceof Refused && error.status === 429

/** Whether the request may have been processed despite the error. */
export const isInDoubt = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof Refused && error.status >= 500)

/** "in a moment", "in 10 min". @param seconds from the Retry-After header */
export const soon = (seconds = 60): string =>
  seconds < 60 ? 'in a moment' : `in ${Math.ceil(seconds / 60)} min`

/** Returns the faults of a 400, by the path of the field. */
export function fieldFaults(error: unknown): Record<string, string> {
  if (!(error instanceof Refused) || error.status !== 400) return {}
  return Object.fromEntries((error.problem.errors ?? []).map(({ path, message }) => [path, message]))
}

/** Explains an error to the person in a sentence or two. */
export function explain(error: unknown): string {
  if (error instanceof Unreachable || error instanceof CookiesDropped) return error.message
  if (!(error instanceof Refused)) return 'Something went wrong on this page. Reload it and try again.'
  const { status, code, problem, message } = error
  if (code === 'forbidden') return 'This account may not do this any more. Sign in as an admin.'
  if (code === 'cross-site-request')
    return 'The server takes this page for another site’s. Behind a proxy, it must pass on the Host header.'
  if (code === 'last-admin') return 'This is the last admin of the shop. Make somebody else an admin first.'
  if (code === 'account-locked') return `Too many wrong passwords. Try again ${soon(error.retryAfter)}.`
  if (code === 'rate-limited') return 'Too many requests came from here.'
  if (code === 'overloaded') return 'The server is busy.'
  if (status === 400 && problem.errors)
    return problem.errors.map(({ path, message }) => `${path} ${message}`).join('; ')
  if (status >= 500 && status !== 503)
    return `Something went wrong on the server. It was noted there${problem.instance ? ` as ${problem.instance}` : ''}.`
  return message
}
