import type { IncomingMessage } from 'node:http'
import proxyAddr from '@fastify/proxy-addr'
import { normalizeIP } from '@fastify/rate-limit'
import type { Config } from '../config.js'
import type { CountHit } from '../limits/hits.js'

/** How many connections one address may open: the engine's `allowRequest`, asked at each handshake. */
type AllowRequest = (
  request: IncomingMessage,
  decide: (refusal: string | null, allow: boolean) => void,
) => void

/** The length of the window that `count` must have. */
export const CONNECT_WINDOW_SECONDS = 60

function trustOf(trustProxy: Config['trustProxy']): (address: string, hop: number) => boolean {
  if (typeof trustProxy === 'function') return trustProxy
  if (typeof trustProxy === 'boolean') return () => trustProxy
  return proxyAddr.compile(trustProxy.split(',').map((part) => part.trim()))
}

/**
 * Allows each address (each /64, in IPv6) so many handshakes a minute. They don't pass Fastify, so its limit does
 * not see them; what lies behind a proxy is told by the same rule.
 * @param max handshakes a minute; 0 for no limit
 */
export function limitConnects(max: number, trustProxy: Config['trustProxy'], count: CountHit): AllowRequest {
  if (max === 0) return (_request, decide) => decide(null, true)
  const trust = trustOf(trustProxy)
  return (request, decide) => {
    count(normalizeIP(proxyAddr(request, trust))).then(
      (hits) =>
        hits.count <= max ? decide(null, true) : decide('Too many connections: try again in a minute', false),
      () => decide('The connection could not be counted', false),
    )
  }
}
