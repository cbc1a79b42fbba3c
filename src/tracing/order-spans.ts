import { type Context, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import type { QueueTracing } from '../orders/batches.js'
import type { Placement } from '../orders/new-order.js'
import { headersFor, type RequestContexts } from './contexts.js'

interface QueuedOrder {
  context: Context
  since: number
}

/** Follows orders and checkouts through the queue, also into that of another process. */
export interface OrderSpans extends QueueTracing {
  /** Returns a placement as it is sent to another process: with the context of its request, if that is sampled. */
  carried(placement: Placement): Placement
}

/** Makes the spans of orders in the queue. */
export function orderSpans(tracer: Tracer, requests: RequestContexts): OrderSpans {
  const queued = new WeakMap<Placement, QueuedOrder>()

  return {
    carried(placement) {
      const context = requests.get(placement.requestId)
      return context ? { ...placement, trace: headersFor(context) } : placement
    },

    queued(placement) {
      const { requestId, trace } = placement
      if (trace && requestId !== undefined) requests.note(requestId, trace)
      const context = requests.get(requestId)
      if (context) queued.set(placement, { context, since: Date.now() })
    },

    // Each sampled request has spans of its own for the wait and the commit, so that the decision to sample it holds for all
    // of its trace; those of one batch are linked to the first.
    committing(batch) {
      const traced = batch.flatMap((placement) => queued.get(placement) ?? [])
      if (traced.length === 0) return () => undefined
      const attributes = { 'stockroom.batch.size': batch.length }
      const now = Date.now()
      for (const { context, since } of traced)
        tracer.startSpan('orders.queue', { startTime: since }, context).end(now)
      const [first, ...rest] = traced.map((entry) => entry.context)
      const leading = tracer.startSpan('orders.commit', { attributes, startTime: now }, first)
      const links = [{ context: leading.spanContext() }]
      const others = rest.map((context) =>
        tracer.startSpan('orders.commit', { attributes, links, startTime: now }, context),
      )
      return (error) => {
        const ended = Date.now()
        for (const span of [leading, ...others]) {
          if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
          span.end(ended)
        }
        for (const entry of traced) entry.since = ended // it may wait for another batch
      }
    },
  }
}
