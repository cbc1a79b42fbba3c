import { type ProblemDocument, Refused, Unreachable } from './failures'
import { noteServerDate } from './server-clock'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface RequestOptions {
  /** Sent as JSON; a file is sent as it is, by its type. */
  body?: object
  headers?: Record<string, string>
  signal?: AbortSignal
  /** Until the request is given up, in milliseconds. Default: 15 s. */
  timeoutMs?: number
}

/** A 2xx response. */
export interface Answer<T> {
  body: T
  etag: string | undefined
  headers: Headers
}

const TIMEOUT_MS = 15_000

function retryAfterOf(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds : undefined
}

/**
 * Sends one request, authenticated by the cookies.
 * @param path same-origin path with its query
 * @throws Refused for any status but 2xx, Unreachable without a response in time, or the reason of `signal`
 */
export async function request<T>(
  method: Method,
  path: string,
  { body, headers, signal, timeoutMs = TIMEOUT_MS }: RequestOptions = {},
): Promise<Answer<T>> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const sent = contentOf(body)
  try {
    const response = await fetch(path, {
      method,
      headers: { ...headers, ...sent.headers },
      ...sent.content,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    noteServerDate(response.headers.get('date'))
    const text = await response.text()
    if (!response.ok) throw new Refused(response.status, parseProblem(text), retryAfterOf(response.headers))
    const { headers: answered } = response
    const etag = answered.get('etag') ?? undefined
    return { body: text ? JSON.parse(text) : undefined, etag, headers: answered }
  } catch (error) {
    if (error instanceof Refused || signal?.aborted) throw error
    throw new Unreachable(timeout.aborted, error)
  }
}

function contentOf(body: object | undefined): {
  headers?: Record<string, string>
  content?: { body: BodyInit }
} {
  if (!body) return {}
  if (body instanceof Blob) return { headers: { 'content-type': body.type }, content: { body } }
  return { headers: { 'content-type': 'application/json' }, content: { body: JSON.stringify(body) } }
}

/** Returns an empty problem if the body is no JSON object: a proxy may answer in its own format. */
function parseProblem(text: string): ProblemDocument {
  try {
    const problem: ProblemDocument | null = JSON.parse(text)
    return typeof problem === 'object' && problem !== null ? problem : {}
  } catch {
    return {}
  }
}
