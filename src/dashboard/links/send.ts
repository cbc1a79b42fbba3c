import { isTransient, wasThrottled } from '../api/failures'
import { request } from '../api/request'
import { type RetryOptions, withRetry } from '../api/retry'

interface SendOptions extends RetryOptions {
  /** Whether the request is safe to repeat after a lost answer. */
  idempotent?: boolean
}

/** Sends what a public page asks for. It needs no session, so a 401 is about the token of the link. */
export const send = (path: string, body: object, { idempotent = false, ...retryOptions }: SendOptions) =>
  withRetry(
    () => request('POST', path, { body, ...(retryOptions.signal && { signal: retryOptions.signal }) }),
    idempotent ? isTransient : wasThrottled,
    retryOptions,
  )
