import type { IncomingMessage } from 'node:http'
import type { Party } from '../accounts/passkeys/ceremonies.js'
import { addressedHost, isOwnOrigin } from './own-origin.js'
import type { Trust } from './trust.js'

export interface RelyingPartyOptions {
  /** Origins allowed to call with cookies, besides the server's own. */
  corsOrigins: string[]
  trust: Trust
}

/**
 * Returns the relying party of a WebAuthn ceremony: passkeys are bound to the domain of the page. The page must be of the
 * server's own origin, or an allowed one.
 * @param page the origin of the page; by default the one in the request's Origin, or else the server's own
 * @returns undefined for a page of another origin
 */
export function relyingPartyOf(
  request: IncomingMessage,
  { corsOrigins, trust }: RelyingPartyOptions,
  page = request.headers.origin ?? `https://${addressedHost(request, trust)}`,
): Party | undefined {
  if (!corsOrigins.includes(page) && !isOwnOrigin(request, page, trust)) return undefined
  return { rpId: new URL(page).hostname, origin: page }
}
