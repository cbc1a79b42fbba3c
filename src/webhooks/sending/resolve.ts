import { lookup as lookupBySystem, Resolver } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './addresses.js'

/** An address that a name stands for. */
export interface ResolvedAddress {
  address: string
  family: 4 | 6
}

/** A host is at no address that may be connected to. */
export class AddressRefused extends Error {
  override name = 'AddressRefused'
  readonly code = 'EADDRREFUSED'
}

export interface HostOptions {
  /** Whether private addresses may be connected to. */
  allowPrivate: boolean
  /** Time for one query to one server, in milliseconds. */
  timeoutMs?: number
  /** DNS servers, as `ADDRESS:PORT`; those of the system by default. */
  servers?: readonly string[]
}

const TIMEOUT_MS = 2_000
const TRIES = 2
const LOOPBACK: ResolvedAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

export type Hosts = ReturnType<typeof createHosts>

/**
 * Looks hosts up and refuses those at private addresses. Names are looked up by c-ares: getaddrinfo holds one of the few
 * threads that file operations need too, and a server that does not answer would hold them all.
 */
export function createHosts({ allowPrivate, timeoutMs = TIMEOUT_MS, servers }: HostOptions) {
  const resolver = new Resolver({ timeout: timeoutMs, tries: TRIES })
  if (servers) resolver.setServers(servers)

  const query = async (name: string): Promise<ResolvedAddress[]> => {
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    const addresses = [
      ...(v4.status === 'fulfilled' ? v4.value.map((address) => ({ address, family: 4 as const })) : []),
      ...(v6.status === 'fulfilled' ? v6.value.map((address) => ({ address, family: 6 as const })) : []),
    ]
    if (addresses.length > 0 || v4.status === 'fulfilled') return addresses
    // Names of /etc/hosts and of search domains are those of private networks.
    if (!allowPrivate) throw v4.reason
    const found = await lookupBySystem(name, { all: true })
    return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
  }

  /**
   * Returns all addresses of a host.
   * @param host a name, or an IP address without brackets
   * @throws an error of node:dns if it cannot be found
   */
  const addressesOf = async (host: string): Promise<ResolvedAddress[]> => {
    const family = isIP(host)
    if (family !== 0) return [{ address: host, family: family === 6 ? 6 : 4 }]
    const name = host.replace(/\.$/, '').toLowerCase()
    // RFC 6761, 6.3: always loopback, whatever a resolver says.
    if (name === 'localhost' || name.endsWith('.localhost')) return LOOPBACK
    return query(name)
  }

  const isAllowed = (address: string): boolean => allowPrivate || isPublicAddress(address)

  return {
    addressesOf,

    /** Whether connections to the IP address `address` are allowed. */
    isAllowed,

    /**
     * Returns the addresses of a host that may be connected to, at least one.
     * @throws AddressRefused, or an error of node:dns
     */
    async allowedAddressesOf(host: string): Promise<ResolvedAddress[]> {
      const allowed = (await addressesOf(host)).filter(({ address }) => isAllowed(address))
      if (allowed.length === 0) throw new AddressRefused(`${host} is at no public address`)
      return allowed
    },
  }
}

/** Returns `allowedAddressesOf` in the form that sockets call. Sockets connect to the addresses it returns, without another lookup. */
export const lookupOf =
  ({ allowedAddressesOf }: Hosts): LookupFunction =>
  (host, { all }, callback) => {
    allowedAddressesOf(host).then(
      (addresses) => {
        const [first] = addresses
        if (all) callback(null, addresses)
        else callback(null, first?.address ?? '', first?.family)
      },
      (error) => callback(error, ''),
    )
  }
