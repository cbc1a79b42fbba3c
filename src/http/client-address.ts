import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { normalizeIP } from '@fastify/rate-limit'
import type { Trust } from './trust.js'

const V4_WITH_PORT = /^(\d+\.\d+\.\d+\.\d+):\d+$/
const V6_IN_BRACKETS = /^\[([^\]]*)\](?::\d+)?$/
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/**
 * Parses the IP address of an X-Forwarded-For item, without the port some proxies append (Azure Application Gateway
 * does by default). Undefined if there is none, as in `unknown`.
 */
function addressIn(item: string): string | undefined {
  const text = item.trim()
  const [, bare = text] = V4_WITH_PORT.exec(text) ?? V6_IN_BRACKETS.exec(text) ?? []
  return isIP(bare) === 0 ? undefined : bare
}

/**
 * Returns the client's IP address: the peer's or, behind trusted proxies, the nearest untrusted address in
 * X-Forwarded-For. Stops before an invalid item, so the result is always an address without a port. Converts
 * IPv4-mapped IPv6 addresses to IPv4.
 * @returns undefined once the connection was reset
 */
export function clientAddress({ socket, headers }: IncomingMessage, trust: Trust): string | undefined {
  let address = socket.remoteAddress
  const forwarded = headers['x-forwarded-for']
  if (address !== undefined && forwarded !== undefined) {
    const items = String(forwarded).split(',').reverse()
    for (let hop = 0; hop < items.length && trust(address, hop); hop++) {
      const next = addressIn(items[hop] as string)
      if (next === undefined) break
      address = next
    }
  }
  return address && (MAPPED.exec(address)?.[1] ?? address)
}

/** Returns the key of per-client limits: an IPv4 address, or the /64 of an IPv6 address, usually owned by one client. */
export const limitKey = (address: string | undefined): string => (address ? normalizeIP(address) : 'unknown')
