import { signal } from '@preact/signals'
import { Refused } from './failures'

/** A pause before a retry: its reason and length. */
export interface Wait {
  error: unknown
  seconds: number
}

export interface RetryOptions {
  /** Stops retrying when aborted. */
  signal?: AbortSignal
  /** Called with each pause, and with undefined once it is over. */
  onWait?: ((wait: Wait | undefined) => void) | undefined
}

const MAX_WAIT_SECONDS = 15

/** Increments when the event stream reconnects: pending retries then run at once. */
export const reconnects = signal(0)

function secondsBefore(attempt: number, error: unknown): number {
  if (error instanceof Refused && error.retryAfter !== undefined) return Math.max(1, error.retryAfter)
  return Math.min(2 ** attempt, MAX_WAIT_SECONDS)
}

function pause(seconds: number, error: unknown, aborted: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      stopListening()
      aborted?.removeEventListener('abort', end)
      if (aborted?.aborted) reject(aborted.reason)
      else resolve()
    }
    const timer = setTimeout(end, seconds * 1000)
    const before = reconnects.peek()
    const stopListening = reconnects.subscribe((now) => {
      // A Retry-After is honoured even then.
      if (now !== before && !(error instanceof Refused)) queueMicrotask(end)
    })
    aborted?.addEventListener('abort', end)
  })
}

/**
 * Retries `work` while `isRetryable` accepts its error: after the server's Retry-After, else after 1, 2, 4 … seconds.
 * @throws the last error of `work`, or the reason of `signal`
 */
export async function withRetry<T>(
  work: () => Promise<T>,
  isRetryable: (error: unknown) => boolean,
  { signal: aborted, onWait }: RetryOptions = {},
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      const result = await work()
      if (attempt > 0) onWait?.(undefined)
      return result
    } catch (error) {
      if (aborted?.aborted || !isRetryable(error)) {
        onWait?.(undefined)
        throw error
      }
      const seconds = secondsBefore(attempt, error)
      onWait?.({ error, seconds })
      await pause(seconds, error, aborted)
    }
  }
}
