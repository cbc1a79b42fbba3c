import type { IncomingMessage } from 'node:http'
import { isOwnOrigin } from './own-origin.js'
import type { Trust } from './trust.js'

/**
 * Where a request comes from, according to its browser: a page of the server's `own` or an allowed origin, a `foreign` page, or
 * `unknown` for a request with neither fetch metadata nor Origin, as programs send.
 */
export type Source = 'own' | 'foreign' | 'unknown'

/**
 * Returns the source of `request`. Fetch metadata decides if present, because no proxy changes it; browsers omit it for
 * plain HTTP origins, and Chromium for WebSockets. Otherwise Origin is compared (OWASP, Cross-Site Request Forgery
 * Prevention Cheat Sheet).
 */
export function sourceOf(request: IncomingMessage, allowed: string[], trust: Trust): Source {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (site === 'same-origin' || site === 'none') return 'own'
  if (origin === undefined) return site === undefined ? 'unknown' : 'foreign'
  if (allowed.includes(origin)) return 'own'
  return site === undefined && isOwnOrigin(request, origin, trust) ? 'own' : 'foreign'
}
