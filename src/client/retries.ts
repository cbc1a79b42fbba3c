/** Sends a request, as `fetch` does. */
export type Send = (request: Request) => Promise<Response>

export interface RetryOptions {
  /** Attempts in all. */
  attempts: number
  /** Longest wait before an attempt, in milliseconds. An answer that asks for more is returned. */
  maxWaitMs: number
}

const FIRST_WAIT_MS = 250

/** Statuses by which the server says that it did nothing, and when to come again. */
const RETRIED = new Set([429, 503])

const sleep = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end)
      resolve()
    }, ms)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })

/**
 * Returns the milliseconds of a Retry-After header, which holds seconds or a date (RFC 9110, 10.2.3); undefined without one that
 * can be read.
 */
function retryAfterMs({ headers }: Response): number | undefined {
  const value = headers.get('retry-after')
  if (value === null) return undefined
  const seconds = Number(value)
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(wait) ? undefined : Math.max(0, wait)
}

/** Whether a request whose answer was lost may be sent again. */
const isRepeatable = ({ method, headers }: Request) => method !== 'POST' || headers.has('idempotency-key')

/**
 * Returns `send` with retries: after 429 and 503 as Retry-After asks, and after a lost connection with exponential back-off
 * and full jitter. Changes are repeated with the same Idempotency-Key.
 */
export function withRetries(send: Send, { attempts, maxWaitMs }: RetryOptions): Send {
  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      const backOff = Math.random() * Math.min(maxWaitMs, FIRST_WAIT_MS * 2 ** (attempt - 1))
      let wait = backOff
      try {
        // A copy: a request's body can be read once.
        const answer = await send(request.clone())
        const asked = RETRIED.has(answer.status) ? retryAfterMs(answer) : undefined
        if (asked === undefined || asked > maxWaitMs || attempt >= attempts) return answer
        wait = asked + backOff
        await answer.body?.cancel()
      } catch (error) {
        if (request.signal.aborted || attempt >= attempts || !isRepeatable(request)) throw error
      }
      await sleep(wait, request.signal)
    }
  }
}

/** Returns `send` that gives each change an Idempotency-Key, unless the caller has set one. */
export const withIdempotencyKey =
  (send: Send): Send =>
  (request) => {
    const isSignIn = new URL(request.url).pathname.includes('/auth/')
    if (/^(POST|PUT|PATCH)$/.test(request.method) && !isSignIn && !request.headers.has('idempotency-key'))
      request.headers.set('idempotency-key', crypto.randomUUID())
    return send(request)
  }
