import type { LogPosition } from '../stream/log-identity.js'

const POSITION = /^([^\s:]{1,36}):(\d{1,16})$/

/** A position in no log. */
const NOWHERE: LogPosition = { epoch: '', offset: 0 }

/**
 * Returns the position of an event's id, `EPOCH:OFFSET`. Any other text is the id of no event, so its position is in no
 * log: after a refusal, an EventSource would never reconnect.
 */
export function positionOf(id: string): LogPosition {
  const [, epoch, digits] = POSITION.exec(id) ?? []
  const offset = Number(digits)
  return epoch !== undefined && Number.isSafeInteger(offset) ? { epoch, offset } : NOWHERE
}
