import type { DisabledReason, OffsetRange } from '../../contract/disabled-webhook.js'
import type { EventType } from '../../contract/events.js'
import type { WebhookAttempt } from '../../contract/webhook.js'

/** A secret, and until when it signs, on the monotonic clock of `now()`; undefined for always. */
export interface Secret {
  text: string
  until?: number
}

/** A webhook to be delivered to. */
export interface Endpoint {
  id: string
  generation: number
  url: string
  /** Undefined for all. */
  types: readonly EventType[] | undefined
  secrets: readonly Secret[]
  /** The last offset delivered or passed over. */
  position: number
  failures: number
  /** How long to wait before the next attempt, in milliseconds. */
  waitMs: number
}

/** The changes of an endpoint since the last report. */
export interface Progress {
  id: string
  generation: number
  position: number
  failures: number
  /** How long it waits before the next attempt, in milliseconds; null if it does not. */
  waitMs: number | null
  attempts: WebhookAttempt[]
  /** Why it is to be disabled. */
  disabled?: { reason: DisabledReason; lost?: OffsetRange }
}

/** Returns the time of a clock that all threads of all processes of this machine share and nobody sets, in milliseconds. */
export const now = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000
