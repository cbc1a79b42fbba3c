import { explain, Refused, soon } from '../api/failures'

/** Explains why a sign-in, or a step of it, failed. */
export function explainSignIn(error: unknown): string {
  if (!(error instanceof Refused)) return explain(error)
  if (error.code === 'invalid-credentials') return 'Email or password is wrong.'
  if (error.code === 'invalid-code') return 'This code is wrong, or was used already.'
  if (error.code === 'account-locked') return explain(error)
  if (error.status !== 429 && error.status !== 503) return explain(error)
  return `${explain(error)} Try again ${soon(error.retryAfter)}.`
}
