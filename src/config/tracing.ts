import { listOf } from './addresses.js'
import type { Settings } from './parse.js'
import type { SamplerName } from './samplers.js'

/** Where traces are sent, and which. */
export interface TracingConfig {
  /** The address for traces, with its path. */
  url: string
  headers: Record<string, string>
  serviceName: string
  sampler: SamplerName
  /** The part of traces that a ratio sampler takes, 0 to 1. */
  ratio: number
}

/** Parses `NAME=VALUE,NAME=VALUE` with percent-encoded values. @throws for another text */
function headersOf(text: string | undefined): Record<string, string> {
  return Object.fromEntries(
    listOf(text).map((item) => {
      const [, name, value] = /^([!#$%&'*+.^`|~\w-]+)\s*=\s*(.*)$/.exec(item) ?? []
      if (name === undefined || value === undefined) throw new Error('no header')
      const decoded = decodeURIComponent(value)
      if (!/^[ -~]*$/.test(decoded)) throw new Error('no value of a header')
      return [name, decoded]
    }),
  )
}

/** Returns the fault of OTEL_EXPORTER_OTLP_HEADERS, or undefined if it is valid. It may hold a secret, which is not shown. */
export function headersFault(text: string): string | undefined {
  try {
    headersOf(text)
    return undefined
  } catch {
    return 'must be NAME=VALUE pairs, separated by commas, with percent-encoded values'
  }
}

/** Returns the fault of the address of a collector, or undefined if it is valid. */
export function collectorFault(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.port !== '0' && !url.username && !url.password)
    return undefined
  return 'must be the address of a collector of OTLP over HTTP, like http://collector:4318, without a password'
}

/** Returns where traces are sent; undefined if no address is set. */
export function tracingOf(settings: Settings): TracingConfig | undefined {
  const base = settings.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/$/, '')
  const url = settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (base && `${base}/v1/traces`)
  if (!url) return undefined
  return {
    url,
    headers: headersOf(settings.OTEL_EXPORTER_OTLP_HEADERS),
    serviceName: settings.OTEL_SERVICE_NAME,
    sampler: settings.OTEL_TRACES_SAMPLER,
    ratio: settings.OTEL_TRACES_SAMPLER_ARG,
  }
}
