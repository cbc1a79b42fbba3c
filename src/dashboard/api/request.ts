import { type ProblemDocument, Refused, Unreachable } from './failures'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

export interface RequestOptions {
  body?: object
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** A 2xx response. */
export interface Answer<T> {
  body: T
  etag: string | undefined
}

const TIMEOUT_MS = 15_000

function retryAfterOf(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds : undefined
}

/**
 * Sends one request, authenticated by the cookies.
 * @param path same-origin path with its query
 * @throws Refused for any status but 2xx, Unreachable without a response in 15 s, or the reason of `signal`
 */
export async function request<T>(
  method: Method,
  path: string,
  { body, headers, signal }: RequestOptions = {},
): Promise<Answer<T>> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  try {
    const response = await fetch(path, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    const text = await response.text()
    if (!response.ok) throw new Refused(response.status, parseProblem(text), retryAfterOf(response.headers))
    return { body: text ? JSON.parse(text) : undefined, etag: response.headers.get('etag') ?? undefined }
  } catch (error) {
    if (error instanceof Refused || signal?.aborted) throw error
    throw new Unreachable(timeout.aborted, error)
  }
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
