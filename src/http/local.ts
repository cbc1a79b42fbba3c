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
 * Whether a program on this machine sent `request` itself: the connection's peer is a loopback address, and no header says
 * that a proxy passes it on for somebody else. (A proxy on this machine that sends none of those headers cannot be told apart.)
 */
export function isLocal({ socket, headers }: IncomingMessage): boolean {
  const { remoteAddress, remoteFamily } = socket
  if (remoteAddress === undefined || FORWARDING.some((name) => headers[name] !== undefined)) return false
  return loopback.check(remoteAddress, remoteFamily === 'IPv6' ? 'ipv6' : 'ipv4')
}
