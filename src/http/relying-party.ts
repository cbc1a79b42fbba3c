import type { IncomingMessage } from 'node:http'
import type { Party } from '../accounts/passkeys/ceremonies.js'
import { addressedHost, isOwnOrigin } from './own-origin.js'
import type { Trust } from './trust.js'

export interface RelyingPartyOptions {
  /** Origins allowed to call with cookies, besides the server's own. */
  corsOrigins: string[]
  /** The address at which browsers reach the server, if it is set. */
  publicUrl: string | undefined
  trust: Trust
}

/**
 * Returns the relying party of a WebAuthn ceremony. The page must be of the public address, the server's own origin as the
 * request addresses it, or an allowed one. Passkeys are bound to the domain of the public address on its pages and those
 * of its subdomains (https://www.w3.org/TR/webauthn-3/#relying-party-identifier), and to the domain of the page elsewhere.
 * @param page the origin of the page; by default the one in the request's Origin, or else the public or the own one
 * @returns undefined for a page of another origin
 */
export function relyingPartyOf(
  request: IncomingMessage,
  { corsOrigins, publicUrl, trust }: RelyingPartyOptions,
  page = request.headers.origin,
): Party | undefined {
  const main = publicUrl === undefined ? undefined : new URL(publicUrl)
  const origin = page ?? main?.origin ?? `https://${addressedHost(request, trust)}`
  if (origin !== main?.origin && !corsOrigins.includes(origin) && !isOwnOrigin(request, origin, trust))
    return undefined
  const { hostname } = new URL(origin)
  return { rpId: main && hostname.endsWith(`.${main.hostname}`) ? main.hostname : hostname, origin }
}
