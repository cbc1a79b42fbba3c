import type { IncomingMessage } from 'node:http'
import { isOwnOrigin } from './own-origin.js'
import type { Trust } from './trust.js'

/** Hosts whose Secure cookies most browsers keep over plain HTTP (https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy). */
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|$)/

/**
 * Whether `request` comes from a page of this server loaded over plain HTTP, where the browser drops Secure cookies.
 * Checks Origin, which browsers send with every POST and a TLS-terminating proxy does not change.
 */
export function isFromPlainHttp(request: IncomingMessage, trust: Trust): boolean {
  const { origin } = request.headers
  if (!origin?.startsWith('http://') || LOOPBACK.test(origin)) return false
  return isOwnOrigin(request, origin, trust)
}
