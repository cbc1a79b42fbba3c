import type { EventType } from '../../contract/events.js'
import type { SendOutcome } from '../sending/transport.js'

/** An attempt to deliver an event. */
export interface AttemptStart {
  /** Id of the webhook. */
  webhook: string
  offset: number
  type: EventType
  /** The receiver's host: the rest of its URL may be a secret. */
  host: string
}

/** Its outcome; undefined if it was aborted. */
export type AttemptEnd = Pick<SendOutcome, 'status' | 'error'> | undefined

/** An attempt that is traced. */
export interface TracedAttempt {
  /** For the receiver, so that it continues the trace. */
  headers: Record<string, string>
  end(outcome: AttemptEnd): void
}

/** Follows an attempt from its beginning. @returns undefined if its event is not traced */
export type DeliveryTracing = (attempt: AttemptStart) => TracedAttempt | undefined

/** The same where the tracer is in another thread. */
export type RemoteDeliveryTracing = (attempt: AttemptStart) => Promise<TracedAttempt | undefined>
