import type { IncomingMessage } from 'node:http'
import { BlockList } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

const FORWARDING = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
]

/**
 * Whether `request` originates on this machine: the peer is a loopback address, and no header indicates a proxy. (A local
 * proxy without those headers cannot be detected.)
 */
export function isLocal({ socket, headers }: IncomingMessage): boolean {
  const { remoteAddress, remoteFamily } = socket
  if (remoteAddress === undefined || FORWARDING.some((name) => headers[name] !== undefined)) return false
  return loopback.check(remoteAddress, remoteFamily === 'IPv6' ? 'ipv6' : 'ipv4')
}
