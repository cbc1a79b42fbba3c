import { type ProblemDocument, Refused, Unreachable } from './failures'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

export interface RequestOptions {
  body?: object
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** An answer of 2xx. */
export interface Answer<T> {
  body: T
  etag: string | undefined
}

const PATIENCE_MS = 15_000

function retryAfterOf(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds : undefined
}

/**
 * Asks the server once, as the cookies sign it.
 * @param path of this origin, with its query
 * @throws Refused for any status but 2xx, Unreachable without an answer in 15 s, or the reason of `signal`
 */
export async function request<T>(
  method: Method,
  path: string,
  { body, headers, signal }: RequestOptions = {},
): Promise<Answer<T>> {
  const patience = AbortSignal.timeout(PATIENCE_MS)
  try {
    const response = await fetch(path, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    })
    const text = await response.text()
    if (!response.ok) throw new Refused(response.status, parseProblem(text), retryAfterOf(response.headers))
    return { body: text ? JSON.parse(text) : undefined, etag: response.headers.get('etag') ?? undefined }
  } catch (error) {
    if (error instanceof Refused || signal?.aborted) throw error
    throw new Unreachable(patience.aborted, error)
  }
}

/** A proxy on the way may answer in words of its own. */
function parseProblem(text: string): ProblemDocument {
  try {
    const problem: ProblemDocument | null = JSON.parse(text)
    return typeof problem === 'object' && problem !== null ? problem : {}
  } catch {
    return {}
  }
}
