import type { IncomingMessage } from 'node:http'
import type { FairScheduler } from '../stream/fair-scheduler.js'
import type { AllowRequest } from './connect-limit.js'

/**
 * Wraps `allowRequest` to schedule admitted handshakes round-robin by address. After a restart all listeners reconnect at
 * once, and without this every other request would wait for the last handshake.
 * @param addressOf returns the client's address
 */
export function inTurns(
  admit: AllowRequest,
  turns: FairScheduler,
  addressOf: (request: IncomingMessage) => string,
): AllowRequest {
  return (request, decide) =>
    admit(request, (refusal, allow) => {
      if (allow) void turns.run(addressOf(request), () => decide(refusal, allow))
      else decide(refusal, allow)
    })
}
