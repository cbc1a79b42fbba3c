import type { IncomingHttpHeaders } from 'node:http'
import { SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { contextAround, type RequestContexts } from './contexts.js'

/** The facts about a request that its span records. */
export interface TracedRequest {
  id: string
  method: string
  /** The pattern of its route; undefined for a path without one. */
  route: string | undefined
  path: string
  scheme: string
  headers: IncomingHttpHeaders
}

/** The span of a sampled request. */
export interface RequestSpan {
  traceId: string
  spanId: string
  /** @param status of the response; undefined if the client left before it */
  end(status: number | undefined): void
}

/** Returns a function that starts the span of a request. */
export const requestSpans =
  (tracer: Tracer, requests: RequestContexts) =>
  /** Starts the span of a request, in the trace of its `traceparent`. @returns undefined if it is not sampled */
  ({ id, method, route, path, scheme, headers }: TracedRequest): RequestSpan | undefined => {
    const parent = contextAround(headers)
    const attributes = {
      'http.request.method': method,
      'url.path': path,
      'url.scheme': scheme,
      ...(route !== undefined && { 'http.route': route }),
    }
    const name = route === undefined ? method : `${method} ${route}`
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent)
    if (!span.isRecording()) return undefined
    requests.begin(id, trace.setSpan(parent, span))
    const { traceId, spanId } = span.spanContext()
    return {
      traceId,
      spanId,
      end(status) {
        requests.end(id)
        if (status === undefined) span.setAttribute('error.type', 'client-left')
        else span.setAttribute('http.response.status_code', status)
        if (status !== undefined && status >= 500) {
          span.setAttribute('error.type', String(status))
          span.setStatus({ code: SpanStatusCode.ERROR })
        }
        span.end()
      },
    }
  }
