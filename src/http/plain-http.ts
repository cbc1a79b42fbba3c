import type { IncomingMessage } from 'node:http'
import { isOwnOrigin } from './own-origin.js'
import type { Trust } from './trust.js'

/** Most browsers keep Secure cookies of these over plain HTTP too (https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy). */
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|$)/

/**
 * Whether `request` comes from a page of this server that a browser loaded over plain HTTP, so that it drops Secure
 * cookies. Origin tells, which browsers send with every POST; a proxy that ends TLS does not change it.
 */
export function isFromPlainHttp(request: IncomingMessage, trust: Trust): boolean {
  const { origin } = request.headers
  if (!origin?.startsWith('http://') || LOOPBACK.test(origin)) return false
  return isOwnOrigin(request, origin, trust)
}
