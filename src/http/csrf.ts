import type { IncomingMessage } from 'node:http'
import { isOwnOrigin } from './own-origin.js'
import type { Trust } from './trust.js'

/**
 * Whether `request` is cross-origin: from a page of neither the server's own origin nor those in `allowed`. Fetch metadata
 * decides if present, because no proxy changes it; browsers omit it for plain HTTP origins, and Chromium for WebSockets.
 * Otherwise Origin is compared. A request with neither is not from a browser, so no page can have caused it (OWASP,
 * Cross-Site Request Forgery Prevention Cheat Sheet; Go's net/http.CrossOriginProtection has the same rule).
 */
export function isCrossSite(request: IncomingMessage, allowed: string[], trust: Trust): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (site === 'same-origin' || site === 'none') return false
  if (origin === undefined) return site !== undefined
  if (allowed.includes(origin)) return false
  return site !== undefined || !isOwnOrigin(request, origin, trust)
}
