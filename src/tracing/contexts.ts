import {
  type Context,
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { LRUCache } from 'lru-cache'
import type { TraceHeaders } from './trace-headers.js'

/** Requests of other processes whose context is kept. */
const MAX_REMOTE = 10_000

const propagator = new W3CTraceContextPropagator()

/** Reads a context from headers; that of no trace if they have none. */
export const contextFrom = (headers: object): Context =>
  propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter)

/** Writes a context as headers. */
export function headersFor(given: Context): TraceHeaders {
  const headers: TraceHeaders = {}
  propagator.inject(given, headers, defaultTextMapSetter)
  return headers
}

/**
 * Returns the context in which a request is handled: that of a span which the program around a shop has made for it, or else that
 * of its headers.
 */
export function contextAround(headers: object): Context {
  const active = context.active()
  return trace.getSpan(active) ? active : contextFrom(headers)
}

/** The contexts of sampled requests, by id. */
export class RequestContexts {
  readonly #inFlight = new Map<string, Context>()
  readonly #remote = new LRUCache<string, Context>({ max: MAX_REMOTE })

  /** Begins a request of this process. */
  begin(id: string, of: Context): void {
    this.#inFlight.set(id, of)
  }

  /** Ends a request of this process. */
  end(id: string): void {
    this.#inFlight.delete(id)
  }

  /** Notes a request of another process, which does not tell its end. */
  note(id: string, headers: TraceHeaders): void {
    this.#remote.set(id, contextFrom(headers))
  }

  /** Returns the context of a request; undefined if it is not sampled, or has ended. */
  get(id: string | undefined): Context | undefined {
    return id === undefined ? undefined : (this.#inFlight.get(id) ?? this.#remote.get(id))
  }
}
