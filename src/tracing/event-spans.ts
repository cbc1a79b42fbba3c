import { type Context, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { LRUCache } from 'lru-cache'
import type { AnyEvent } from '../contract/events.js'
import type { DeliveryTracing } from '../webhooks/delivery/tracing.js'
import type { SendOutcome } from '../webhooks/sending/transport.js'
import { contextFrom, headersFor, type RequestContexts } from './contexts.js'
import type { TracedCommit } from './trace-headers.js'

/** Events whose context is kept. A webhook further behind sends them without one. */
const MAX_EVENTS = 10_000

/** Events of one request, committed together. */
interface TracedEvents {
  /** Of the request. */
  parent: Context
  /** Of their relay, once they are relayed: what is done with them is below it. */
  context: Context
  offsets: number[]
  at: number
}

/** The way in which events are handed on. */
export type Sending = 'sockets.send' | 'streams.send'

export type EventSpans = ReturnType<typeof eventSpans>

/** Makes the spans of events after their commit. */
export function eventSpans(tracer: Tracer, requests: RequestContexts) {
  const byOffset = new LRUCache<number, TracedEvents>({ max: MAX_EVENTS })

  const tracedOf = (events: readonly AnyEvent[]) => {
    const traced = new Map<TracedEvents, number>()
    for (const { offset } of events) {
      const found = byOffset.get(offset)
      if (found) traced.set(found, (traced.get(found) ?? 0) + 1)
    }
    return traced
  }

  const keep = (parent: Context, offsets: number[], at: number) => {
    const entry: TracedEvents = { parent, context: parent, offsets, at }
    for (const offset of offsets) byOffset.set(offset, entry)
  }

  /** Follows the attempts of webhooks. */
  const delivery: DeliveryTracing = ({ webhook, offset, type, host }) => {
    const entry = byOffset.get(offset)
    if (!entry) return undefined
    const attributes = {
      'http.request.method': 'POST',
      'server.address': host,
      'stockroom.webhook.id': webhook,
      'stockroom.event.type': type,
      'stockroom.event.offset': offset,
    }
    const span = tracer.startSpan('webhooks.deliver', { kind: SpanKind.CLIENT, attributes }, entry.context)
    return {
      headers: headersFor(trace.setSpan(entry.context, span)),
      end(outcome: Pick<SendOutcome, 'status' | 'error'> | undefined) {
        const status = outcome?.status ?? null
        if (status !== null) span.setAttribute('http.response.status_code', status)
        const isFailure = status === null || status < 200 || status >= 300
        if (isFailure) {
          span.setAttribute('error.type', outcome?.error ?? (status === null ? 'aborted' : String(status)))
          span.setStatus({ code: SpanStatusCode.ERROR })
        }
        span.end()
      },
    }
  }

  return {
    delivery,

    /** Takes events just committed by this process. @returns those of sampled requests, for other processes */
    committed(events: readonly AnyEvent[]): TracedCommit[] {
      const at = Date.now()
      const byRequest = new Map<string, { context: Context; offsets: number[] }>()
      for (const { requestId, offset } of events) {
        const context = requests.get(requestId)
        if (requestId === undefined || !context) continue
        const entry = byRequest.get(requestId)
        if (entry) entry.offsets.push(offset)
        else byRequest.set(requestId, { context, offsets: [offset] })
      }
      return Array.from(byRequest.values(), ({ context, offsets }) => {
        keep(context, offsets, at)
        return { headers: headersFor(context), offsets, at }
      })
    },

    /** Takes events committed by another process. */
    heard(commits: readonly TracedCommit[]): void {
      for (const { headers, offsets, at } of commits) keep(contextFrom(headers), offsets, at)
    },

    /** Tells that events are handed on: the spans of their relay last from the commit until now. */
    relayed(events: readonly AnyEvent[]): void {
      const now = Date.now()
      for (const [entry, count] of tracedOf(events)) {
        const attributes = { 'stockroom.events': count }
        const span = tracer.startSpan('events.relay', { attributes, startTime: entry.at }, entry.parent)
        span.end(Math.max(now, entry.at))
        entry.context = trace.setSpan(entry.parent, span)
      }
    },

    /**
     * Tells that events are being sent to clients.
     * @returns a function to be called at the end, with the number of messages; without any there is no span
     */
    sending(name: Sending, events: readonly AnyEvent[]): (sent: number) => void {
      const spans = Array.from(tracedOf(events), ([entry, count]) =>
        tracer.startSpan(name, { attributes: { 'stockroom.events': count } }, entry.context),
      )
      return (sent) => {
        if (sent > 0) for (const span of spans) span.setAttribute('stockroom.sent', sent).end()
      }
    },

    /** The log was replaced: its offsets are those of other events. */
    startOver: () => byOffset.clear(),
  }
}
