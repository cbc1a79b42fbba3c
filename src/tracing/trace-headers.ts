/** The context of a trace as headers: `traceparent`, and `tracestate` if there is one. */
export type TraceHeaders = Record<string, string>

/** Events of one traced request, committed together, as told to another process. */
export interface TracedCommit {
  headers: TraceHeaders
  offsets: number[]
  /** When they were committed, in milliseconds since 1970. */
  at: number
}
