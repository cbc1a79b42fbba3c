import { isIP } from 'node:net'
import proxyAddr from '@fastify/proxy-addr'
import { bareHost, isHostName } from '../url-parts.js'

/** Splits a comma-separated setting into trimmed items. */
export const listOf = (text = '') => text.split(',').flatMap((item) => item.trim() || [])

/** Returns the fault of a listen address, or undefined if it is valid. */
export function listenFault(text: string): string | undefined {
  if (isHostName(text)) return undefined
  return `must be an address or a name of this machine, like 0.0.0.0, without port and brackets, not "${text}"`
}

/** Returns the fault of an allowed origin, or undefined if it is valid. */
export function originFault(text: string): string | undefined {
  if (text === '*') return 'must list origins: any origin (*) cannot be allowed to call with cookies'
  if (text.includes('*'))
    return `must list every origin in full: wildcards are not supported, as in "${text}"`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && isHostName(bareHost(url)) && url.port !== '0') {
    if (url.origin === text) return undefined
    return `must list origins as browsers send them, in lower case and without a path: ${url.origin}, not "${text}"`
  }
  return `must list origins like https://shop.example, not "${text}"`
}

/** Returns the fault of the URL at which clients reach the server, or undefined if it is valid. */
export function publicUrlFault(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url && !url.username && !url.password && !/[?#]/.test(text)
  if (isPlain && /^https?:$/.test(url.protocol) && isHostName(bareHost(url)) && url.port !== '0')
    return undefined
  return `must be the address of the shop as browsers have it, like https://shop.example, not "${text}"`
}

/** More hops than any real chain of proxies: too high a number lets clients spoof their addresses. */
const MAX_HOPS = 100
/** Network names of @fastify/proxy-addr. */
const NETWORKS = ['loopback', 'linklocal', 'uniquelocal']

/** Returns the fault of TRUST_PROXY, or undefined if it is valid. */
export function trustFault(text: string): string | undefined {
  if (/^(true|false)$/.test(text)) return undefined
  if (/^\d+$/.test(text))
    return Number(text) > MAX_HOPS ? `must be at most ${MAX_HOPS} if it is a number of proxies` : undefined
  const items = text.split(',').map((item) => item.trim())
  // The library also accepts legacy octal notation, in which 010.0.0.1 is 8.0.0.1.
  const areAddresses = items.every(
    (item) => NETWORKS.includes(item) || isIP(item.split('/')[0] as string) !== 0,
  )
  try {
    if (areAddresses && proxyAddr.compile(items)) return undefined
  } catch {
    // An invalid netmask.
  }
  return `must be false, the number of proxies, or their addresses and networks like 10.0.0.0/8, not "${text}"`
}
