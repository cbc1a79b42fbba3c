import type { IncomingMessage } from 'node:http'
import { limitKey } from '../http/client-address.js'
import type { CountHit } from '../limits/hits.js'

/** How many connections one address may open: the engine's `allowRequest`, asked at each handshake. */
export type AllowRequest = (
  request: IncomingMessage,
  decide: (refusal: string | null, allow: boolean) => void,
) => void

/** The length of the window that `count` must have. */
export const CONNECT_WINDOW_SECONDS = 60

/**
 * Allows each address (each /64, in IPv6) so many handshakes a minute. They don't pass Fastify, so its limit does
 * not see them. A handshake whose connection was reset meanwhile is refused.
 * @param max handshakes a minute; 0 for no limit
 * @param addressOf the client's address, undefined once the connection has been reset
 */
export function limitConnects(
  max: number,
  addressOf: (request: IncomingMessage) => string | undefined,
  count: CountHit,
): AllowRequest {
  if (max === 0) return (_request, decide) => decide(null, true)
  return (request, decide) => {
    const address = addressOf(request)
    if (address === undefined) return decide('The connection was reset', false)
    count(limitKey(address)).then(
      (hits) =>
        hits.count <= max ? decide(null, true) : decide('Too many connections: try again in a minute', false),
      () => decide('The connection could not be counted', false),
    )
  }
}
