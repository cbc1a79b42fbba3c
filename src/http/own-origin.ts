import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { Trust } from './trust.js'

/** A host with an optional port, and nothing that a URL parser would take for another part. */
const HOST = /^[^\s/?#@\\]+$/
const HAS_PORT = /:\d+$/

/** The first item of a header that each proxy in a row may append to: what the outermost one saw. */
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
 * Whether a page of `origin` is a page of this server, as the browser that sent `request` addressed it.
 *
 * The host is X-Forwarded-Host where the peer is a trusted proxy that sends it (such proxies rewrite Host to the name of
 * their backend), else Host. Where the client is known to use TLS, by the connection itself or by the X-Forwarded-Proto of a
 * trusted proxy, a page of plain HTTP is another's: anyone on its way can write it. The other way round the page is one that
 * came through a proxy further out, which ends TLS. Behind a trusted proxy a host without a port matches any port, because some
 * proxies drop it (nginx's `$host`); cookies are not isolated by port either (RFC 6265, 8.5). No page can make a browser
 * send these headers: they are not safelisted (https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
 */
export function isOwnOrigin({ headers, socket }: IncomingMessage, origin: string, trust: Trust): boolean {
  const proxied = socket.remoteAddress !== undefined && trust(socket.remoteAddress, 0)
  const host = (proxied && firstOf(headers['x-forwarded-host'])) || headers.host
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
