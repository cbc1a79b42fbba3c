import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { TracingConfig } from '../../src/config/tracing.js'
import { PATIENCE_MS } from './patience.js'
import { listen } from './webhook-receiver.js'

interface Attribute {
  key: string
  value: { stringValue?: string; intValue?: number }
}

/** A span as OTLP has it in JSON. */
export interface Span {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  attributes: Attribute[]
  links: { spanId: string }[]
  startTimeUnixNano: string
  endTimeUnixNano: string
}

/** Starts a collector of OTLP in JSON, and keeps the spans that it gets. */
export async function startCollector(t: Test) {
  const spans: Span[] = []
  const address = await listen(t, async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    for (const resource of JSON.parse(body).resourceSpans)
      for (const scope of resource.scopeSpans) spans.push(...scope.spans)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  return {
    spans,
    /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
    address,
    url: `${address}/v1/traces`,
    /** Resolves once there are `count` spans with `name` in a trace. */
    async until(traceId: string, name: string, count = 1): Promise<void> {
      const found = () => spans.filter((span) => span.traceId === traceId && span.name === name)
      const deadline = performance.now() + PATIENCE_MS
      while (found().length < count) {
        if (performance.now() > deadline)
          throw new Error(`no ${name} in ${spans.map((s) => s.traceId.slice(0, 3) + s.name)}`)
        await sleep(20)
      }
    },
  }
}

/** Returns settings to send every trace to `url`. */
export const tracingTo = (url: string, changes: Partial<TracingConfig> = {}): TracingConfig => ({
  url,
  headers: {},
  serviceName: 'stockroom',
  sampler: 'parentbased_always_on',
  ratio: 1,
  ...changes,
})

export const TRACE = '0af7651916cd43dd8448eb211c80319c'
export const PARENT = 'b7ad6b7169203331'
/** The header of a request in the trace `TRACE`, below the span `PARENT`. */
export const traceparent = { traceparent: `00-${TRACE}-${PARENT}-01` }

/** Returns the attributes of a span by name. */
export const attributesOf = (span: Span | undefined) =>
  Object.fromEntries(span?.attributes.map(({ key, value }) => [key, Object.values(value)[0]]) ?? [])

/** Returns the names of the spans from that of a request down to `span`. */
export function pathOf(spans: readonly Span[], span: Span): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId)
  return parent ? [...pathOf(spans, parent), span.name] : [span.name]
}
