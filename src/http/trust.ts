import proxyAddr from '@fastify/proxy-addr'
import type { Config } from '../config.js'

/**
 * Whether to trust a peer's X-Forwarded-* headers.
 * @param address the peer's IP address
 * @param hop number of proxies between the peer and this process
 */
export type Trust = (address: string, hop: number) => boolean

/**
 * Compiles the setting TRUST_PROXY.
 * @throws TypeError for a list with anything but addresses and networks
 */
export function trustOf(trustProxy: Config['trustProxy']): Trust {
  if (typeof trustProxy === 'function') return trustProxy
  if (typeof trustProxy === 'boolean') return () => trustProxy
  return proxyAddr.compile(trustProxy.split(',').map((part) => part.trim()))
}
