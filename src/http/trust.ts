import proxyAddr from '@fastify/proxy-addr'
import type { Config } from '../config.js'

/**
 * Whether what a peer says in X-Forwarded-* headers counts.
 * @param address the peer's IP address
 * @param hop how many proxies stand between it and this process
 */
export type Trust = (address: string, hop: number) => boolean

/**
 * Compiles the setting TRUST_PROXY.
 * @throws TypeError for a list that holds something other than addresses and networks
 */
export function trustOf(trustProxy: Config['trustProxy']): Trust {
  if (typeof trustProxy === 'function') return trustProxy
  if (typeof trustProxy === 'boolean') return () => trustProxy
  return proxyAddr.compile(trustProxy.split(',').map((part) => part.trim()))
}
