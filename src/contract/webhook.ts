import type { DisabledReason, OffsetRange } from './disabled-webhook.js'
import type { EventType } from './events.js'

/** A webhook as admins see it: without its secret. */
export interface WebhookView {
  id: string
  url: string
  /** The types of events it gets; null for all. */
  types: EventType[] | null
  description: string | null
  disabled: boolean
  /** Null while it is enabled. */
  disabledReason: DisabledReason | null
  disabledAt: string | null
  /** The last offset that was delivered or passed over. */
  position: number
  /** Failed attempts at the next event. */
  failures: number
  nextAttemptAt: string | null
  /** The last events that were deleted from the log before they could be delivered; null if there were none. */
  lost: OffsetRange | null
  /** Until when the previous secret signs too. */
  previousSecretUntil: string | null
  createdAt: string
  updatedAt: string
}

/** The answer to the creation of a webhook or the rotation of its secret, which shows the secret once. */
export interface NewWebhookView extends WebhookView {
  secret: string
}

/** Why an attempt got no answer, or none in time. */
export const attemptErrors = [
  'timeout',
  'address-refused',
  'name-not-found',
  'certificate',
  'connection-failed',
  'connection-closed',
  'invalid-answer',
] as const
export type AttemptError = (typeof attemptErrors)[number]

/** The outcome of one request to a receiver. */
export interface AttemptOutcome {
  at: string
  /** The status of the answer; null without one. */
  status: number | null
  /** How long it took, in milliseconds. */
  ms: number
  /** The beginning of the answer's body, at most 1 KiB; null without one. */
  response: string | null
  /** Null if there was an answer. */
  error: AttemptError | null
}

/** An attempt to deliver an event. */
export interface WebhookAttempt extends AttemptOutcome {
  offset: number
  type: EventType
}
