import { explain, Refused, soon } from '../api/failures'
import { t } from '../languages/session'

/** Explains why a sign-in, or a step of it, failed. */
export function explainSignIn(error: unknown): string {
  if (!(error instanceof Refused)) return explain(error)
  if (error.code === 'invalid-credentials') return t.emailOrPasswordIs
  if (error.code === 'invalid-code') return t.thisCodeIsWrong
  if (error.code === 'account-locked') return explain(error)
  if (error.status !== 429 && error.status !== 503) return explain(error)
  return t.tryAgain(explain(error), soon(error.retryAfter))
}
