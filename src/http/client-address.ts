import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { normalizeIP } from '@fastify/rate-limit'
import type { Trust } from './trust.js'

const V4_WITH_PORT = /^(\d+\.\d+\.\d+\.\d+):\d+$/
const V6_IN_BRACKETS = /^\[([^\]]*)\](?::\d+)?$/
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/**
 * The IP address in an item of X-Forwarded-For, without the port that some proxies append (Azure Application Gateway
 * does so by default). Undefined where there is none, as in `unknown`.
 */
function addressIn(item: string): string | undefined {
  const text = item.trim()
  const [, bare = text] = V4_WITH_PORT.exec(text) ?? V6_IN_BRACKETS.exec(text) ?? []
  return isIP(bare) === 0 ? undefined : bare
}

/**
 * The IP address of the client that sent `request`: the connection's peer or, where the peer is a trusted proxy, the
 * nearest address in X-Forwarded-For that is not one. The walk ends before an item that is no address, so the result
 * always is one, and never has a port. An IPv4 address in IPv6 notation is given as IPv4.
 * @returns undefined once the connection has been reset
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

/** What limits count requests by: an IPv4 address, or the /64 of an IPv6 address, which one client commonly owns. */
export const limitKey = (address: string | undefined): string => (address ? normalizeIP(address) : 'unknown')
