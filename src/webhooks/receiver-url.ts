import { bareHost, isHostName } from '../url-parts.js'
import type { Hosts } from './sending/resolve.js'

export const URL_LENGTH = 2_048
/** How long to look up the name of a receiver before it is accepted. */
const LOOK_UP_MS = 3_000

export interface UrlRules {
  hosts: Pick<Hosts, 'addressesOf' | 'isAllowed'>
  /** Whether `http:` is refused. */
  httpsOnly: boolean
}

/** Returns the fault of what can be seen without looking the host up; undefined if there is none. */
function faultOf(url: URL | undefined, httpsOnly: boolean): string | undefined {
  if (!url || !/^https?:$/.test(url.protocol)) return 'must be an address like https://erp.example/hooks'
  if (httpsOnly && url.protocol === 'http:') return 'must begin with https:'
  if (!isHostName(bareHost(url)) || url.port === '0') return 'must have a host that can be connected to'
  if (url.username || url.password) return 'must have no user and no password: requests are signed'
  if (url.hash) return 'must end before the #, which is never sent'
  if (url.href.length > URL_LENGTH) return `must have at most ${URL_LENGTH} characters`
  return undefined
}

/**
 * Normalises the URL of a receiver.
 * @returns the URL, or its fault. A host that cannot be found now is accepted: it is checked again at each connection.
 */
export async function checkUrl(
  text: string,
  { hosts, httpsOnly }: UrlRules,
): Promise<{ url: string } | { fault: string }> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const fault = faultOf(url, httpsOnly)
  if (fault !== undefined || !url) return { fault: fault ?? '' }
  const unknown = new Promise<[]>((resolve) => setTimeout(resolve, LOOK_UP_MS, []).unref())
  const addresses = await Promise.race([hosts.addressesOf(bareHost(url)).catch(() => []), unknown])
  if (addresses.every(({ address }) => hosts.isAllowed(address))) return { url: url.href }
  return { fault: 'must be at a public address: private, loopback and link-local ones are refused' }
}
