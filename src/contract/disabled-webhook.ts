/**
 * Why a webhook is disabled: ten attempts `failed` in a row, the receiver is `gone` (410), an `admin` disabled it, or
 * events were deleted from the log before they could be delivered.
 */
export const disabledReasons = ['failed', 'gone', 'admin', 'events-lost'] as const
export type DisabledReason = (typeof disabledReasons)[number]

/** A range of offsets, both ends included. */
export interface OffsetRange {
  from: number
  to: number
}

/** The data of `webhook:disabled`. */
export interface DisabledWebhook {
  id: string
  reason: DisabledReason
  /** The last offset that was delivered or passed over. */
  position: number
  /** The events that will not be delivered, for the reason `events-lost`. */
  lost?: OffsetRange
}
