import type { IncomingMessage } from 'node:http'
import { limitKey } from '../http/client-address.js'
import type { CountHit } from '../redis/hit-counter.js'

/** The engine's `allowRequest`, called at each handshake. */
export type AllowRequest = (
  request: IncomingMessage,
  decide: (refusal: string | null, allow: boolean) => void,
) => void

/** Required window of `count`. */
export const CONNECT_WINDOW_SECONDS = 60

/**
 * Limits handshakes per address (per /64 in IPv6). They bypass Fastify and so its rate limit. A handshake whose
 * connection was reset meanwhile is refused.
 * @param max handshakes per minute; 0 for no limit
 * @param addressOf the client's address; undefined once the connection was reset
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
    Promise.resolve(count(limitKey(address))).then(
      (hits) =>
        hits.count <= max ? decide(null, true) : decide('Too many connections: try again in a minute', false),
      () => decide('The connection could not be counted', false),
    )
  }
}
