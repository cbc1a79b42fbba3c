import type { IncomingMessage } from 'node:http'
import type { AllowRequest } from './connect-limit.js'
import type { Turns } from './turns.js'

/**
 * The engine's `allowRequest`: has handshakes that are admitted take turns, an address after the other. After a restart all
 * listeners come back at once, and without turns everybody else would wait until the last handshake is done.
 * @param addressOf the client's address
 */
export function inTurns(
  admit: AllowRequest,
  turns: Turns,
  addressOf: (request: IncomingMessage) => string,
): AllowRequest {
  return (request, decide) =>
    admit(request, (refusal, allow) => {
      if (allow) void turns.run(addressOf(request), () => decide(refusal, allow))
      else decide(refusal, allow)
    })
}
