import { t } from '../languages/failures'
import { t as problems } from '../languages/problems'

/** The body of every error response (RFC 9457). */
export interface ProblemDocument {
  type?: string
  title?: string
  detail?: string
  instance?: string
  errors?: { path: string; message: string }[]
  [member: string]: unknown
}

const codeOf = ({ type }: ProblemDocument): string => type?.split('/').at(-1) ?? ''

/** The text of a problem in the language of the person, else that of the server. */
export const problemText = (problem: ProblemDocument): string | undefined =>
  problems.problem(codeOf(problem)) ?? problem.detail ?? problem.title

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
    super(problemText(problem) ?? t.theServerAnswered(String(status)))
    this.status = status
    this.code = codeOf(problem)
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
    super(slow ? t.theServerTakesToo : t.theServerCantBe, { cause })
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
    super(t.cookiesDropped)
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
  seconds < 60 ? t.inAMoment : t.inMin(String(Math.ceil(seconds / 60)))

/** Returns the faults of a 400, by the path of the field. */
export function fieldFaults(error: unknown): Record<string, string> {
  if (!(error instanceof Refused) || error.status !== 400) return {}
  return Object.fromEntries(
    (error.problem.errors ?? []).map(({ path, message }) => [path, problems.fault(message) ?? message]),
  )
}

/** Explains an error to the person in a sentence or two. */
export function explain(error: unknown): string {
  if (error instanceof Unreachable || error instanceof CookiesDropped) return error.message
  if (!(error instanceof Refused)) return t.somethingWentWrongOn
  const { status, code, problem, message } = error
  if (code === 'forbidden') return t.thisAccountMayNot
  if (code === 'cross-site-request') return t.theServerTakesThis
  if (code === 'last-admin') return t.thisIsTheLast
  if (code === 'account-locked') return t.tooManyWrongPasswords(soon(error.retryAfter))
  if (code === 'rate-limited') return t.tooManyRequestsCame
  if (code === 'overloaded') return t.theServerIsBusy
  if (status === 400 && problem.errors)
    return problem.errors
      .map(({ path, message }) => `${path} ${problems.fault(message) ?? message}`)
      .join('; ')
  if (status >= 500 && status !== 503)
    return problem.instance ? t.somethingWentWrongAs(problem.instance) : t.somethingWentWrong
  return message
}
