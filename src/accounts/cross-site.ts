import type { IncomingHttpHeaders } from 'node:http'

/**
 * Whether a browser says that a request comes from a page of another site than `host`, and from none of the
 * origins in `allowed`. A client that says nothing of the kind is no browser, and no victim of another page either
 * (OWASP, Cross-Site Request Forgery Prevention; Go's net/http.CrossOriginProtection decides alike).
 */
export function isCrossSite(
  headers: IncomingHttpHeaders,
  host: string | undefined,
  allowed: string[],
): boolean {
  const { origin, 'sec-fetch-site': site } = headers
  if (site === 'same-origin' || site === 'none') return false
  if (origin === undefined) return site !== undefined
  return !allowed.includes(origin) && !(URL.canParse(origin) && new URL(origin).host === host)
}
