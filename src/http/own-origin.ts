import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { Trust } from './trust.js'

/** A host with an optional port, without characters a URL parser would take for another part. */
const HOST = /^[^\s/?#@\\]+$/
const HAS_PORT = /:\d+$/

/** Returns the first item of a header proxies append to: the value seen by the outermost one. */
function firstOf(header: string | string[] | undefined): string | undefined {
  const item = String(header ?? '')
    .split(',', 1)[0]
    ?.trim()
  return item || undefined
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined
}

/**
 * Returns the host that the browser which sent `request` addressed, with its port if it was told: X-Forwarded-Host if a trusted
 * proxy sends it (such proxies rewrite Host to the name of their backend), else Host.
 */
export function addressedHost({ headers, socket }: IncomingMessage, trust: Trust): string | undefined {
  const proxied = socket.remoteAddress !== undefined && trust(socket.remoteAddress, 0)
  return (proxied && firstOf(headers['x-forwarded-host'])) || headers.host
}

/**
 * Whether `origin` is this server's own, as addressed by the browser behind `request`.
 *
 * If the client uses TLS, by the connection itself or by X-Forwarded-Proto of a trusted proxy, a plain HTTP page is
 * foreign: anyone on the path can forge it. The reverse is allowed: a proxy further out terminates TLS. Behind a trusted
 * proxy a host without a port matches any port, because some proxies drop it (nginx's `$host`); cookies are not isolated by
 * port either (RFC 6265, 8.5). No page can make a browser send these headers: they are not safelisted
 * (https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
 */
export function isOwnOrigin(request: IncomingMessage, origin: string, trust: Trust): boolean {
  const { headers, socket } = request
  const proxied = socket.remoteAddress !== undefined && trust(socket.remoteAddress, 0)
  const host = addressedHost(request, trust)
  const page = parse(origin)
  if (!page || !host || !HOST.test(host)) return false

  const forwardedScheme = proxied ? firstOf(headers['x-forwarded-proto'])?.toLowerCase() : undefined
  const secure = (socket as TLSSocket).encrypted || forwardedScheme === 'https'
  if (page.protocol !== 'https:' && (secure || page.protocol !== 'http:')) return false
  const own = parse(`${page.protocol}//${host}`)
  if (!own) return false
  const portLost = proxied && !HAS_PORT.test(host)
  return own.origin === page.origin || (portLost && own.hostname === page.hostname)
}
