import { mustSetUpMfa, renewSession } from '../session/session'
import { isTransient, Refused, wasThrottled } from './failures'
import { type Answer, type Method, type RequestOptions, request } from './request'
import { type RetryOptions, withRetry } from './retry'

interface CallOptions extends RequestOptions, RetryOptions {
  /** Whether the request is idempotent. Default: only GET is. */
  idempotent?: boolean
}

/** The reasons of a 401 about the request, not about the session. */
const WRONG_SECRETS = new Set(['invalid-credentials', 'invalid-code', 'invalid-token', 'invalid-passkey'])

const lacksSession = (error: unknown): boolean =>
  error instanceof Refused && error.status === 401 && !WRONG_SECRETS.has(error.code)

/** Sends the request, and once more after a session refresh if the answer is 401 for lack of a session. */
async function send<T>(method: Method, path: string, options: CallOptions): Promise<Answer<T>> {
  try {
    return await request(method, path, options)
  } catch (error) {
    if (error instanceof Refused && error.code === 'mfa-setup-required') mustSetUpMfa.value = true
    if (!lacksSession(error)) throw error
    await renewSession()
    return request(method, path, options)
  }
}

/**
 * Calls the API and retries transient errors where a retry is safe. An expired session is refreshed, or the person
 * signs in again, before the request is repeated.
 * @throws Refused, Unreachable, SignedOut, or the reason of `signal`
 */
export const call = <T>(method: Method, path: string, options: CallOptions = {}): Promise<Answer<T>> =>
  withRetry(
    () => send<T>(method, path, options),
    (options.idempotent ?? method === 'GET') ? isTransient : wasThrottled,
    options,
  )
