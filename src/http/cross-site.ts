import type { IncomingMessage } from 'node:http'
import { isOwnOrigin } from './own-origin.js'
import type { Trust } from './trust.js'

/**
 * Whether a browser says that `request` comes from a page of another origin than the server's own and those in
 * `allowed`. Where the browser sends fetch metadata, that decides, because no proxy changes it; browsers send none to
 * plain HTTP origins, and Chromium none with a WebSocket. Then Origin is compared. A request with neither comes from no
 * browser, so no page can have caused it (OWASP, Cross-Site Request Forgery Prevention Cheat Sheet; Go's
 * net/http.CrossOriginProtection decides alike).
 */
export function isCrossSite(request: IncomingMessage, allowed: string[], trust: Trust): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (site === 'same-origin' || site === 'none') return false
  if (origin === undefined) return site !== undefined
  if (allowed.includes(origin)) return false
  return site !== undefined || !isOwnOrigin(request, origin, trust)
}
