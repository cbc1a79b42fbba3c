import ipaddr from 'ipaddr.js'

/** IPv6 addresses that contain an IPv4 address, which decides: those of NAT64 (RFC 6052), at their last 32 bits. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')
/** The only block of IPv6 from which global unicast addresses are assigned (RFC 4291, 2.4, and IANA's registry). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Whether `address` is a public unicast address: not private, loopback, link-local, of a cloud's metadata, multicast or of
 * another special range of IANA's registries. IPv6 addresses that stand for an IPv4 address count as that.
 * @param address an IP address as text; false for anything else
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address) // unwraps ::ffff:a.b.c.d
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast'
  if (!(parsed instanceof ipaddr.IPv6)) return false
  if (parsed.match(NAT64)) return new ipaddr.IPv4(parsed.toByteArray().slice(-4)).range() === 'unicast'
  return parsed.match(GLOBAL_UNICAST) && parsed.range() === 'unicast'
}
