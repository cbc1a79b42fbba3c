import type { TracerProvider } from '@opentelemetry/api'
import type { TracingConfig } from '../config/tracing.js'
import { VERSION } from '../version.js'
import { within } from '../within.js'
import { RequestContexts } from './contexts.js'
import { eventSpans } from './event-spans.js'
import { orderSpans } from './order-spans.js'
import { createProvider } from './provider.js'
import { requestSpans } from './request-spans.js'

/** Longest wait for the last spans to be sent. */
const FLUSH_MS = 2_000

export type Tracing = ReturnType<typeof trace>

/** Returns what makes the spans of a shop. */
function trace(provider: TracerProvider, close: () => Promise<void>) {
  const tracer = provider.getTracer('stockroom', VERSION)
  const requests = new RequestContexts()
  return {
    startRequest: requestSpans(tracer, requests),
    orders: orderSpans(tracer, requests),
    events: eventSpans(tracer, requests),
    /** Sends the last spans, if the collector takes them in time. */
    close,
  }
}

/**
 * Starts making spans. Nothing loads this module unless traces are on.
 * @param where a provider that somebody else owns, or where spans are sent
 */
export function startTracing(
  where: TracerProvider | TracingConfig,
  onFailure: (error: unknown) => void,
): Tracing {
  if ('getTracer' in where) return trace(where, async () => undefined)
  const provider = createProvider(where, onFailure)
  return trace(provider, () => within(FLUSH_MS, provider.shutdown()).catch(() => undefined))
}
