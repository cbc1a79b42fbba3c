import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

const HOP_BY_HOP = /^(upgrade|http2-settings)$/i

/** Serializes the head of `request` without its upgrade headers. */
function plainHead({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2)
    if (HOP_BY_HOP.test(name)) continue
    const forwarded = /^connection$/i.test(name)
      ? value
          .split(',')
          .filter((option) => !HOP_BY_HOP.test(option.trim()))
          .join(',')
      : value
    if (forwarded !== '') lines.push(`${name}: ${forwarded}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** Whether the body of a request to upgrade is parsed as its body, and not delivered as the first bytes of the new protocol. */
const PARSES_BODIES = Number(process.versions.node.split('.', 1)[0]) >= 25

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/**
 * Returns the option of `createServer` by which Node itself declines an upgrade with a body, which `declineUpgrade` could not
 * hand back. Not every other: after one that Node declines, it loses the requests that were received with it (Node 26.10).
 * @param accepts whether a request may upgrade
 */
export const decliningBodies = (accepts: (request: IncomingMessage) => boolean) => ({
  shouldUpgradeCallback: (request: IncomingMessage) =>
    !PARSES_BODIES || !hasBody(request) || accepts(request),
})

/**
 * Ignores an Upgrade header and answers in HTTP/1.1, as a server may (RFC 9110, 7.8). Once 'upgrade' has a listener, Node
 * detaches its parser from every request with that header, and Java's HttpClient asks for h2c in each first request. So
 * the socket is handed back to the server with the received bytes, minus the upgrade headers.
 */
export function declineUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.unshift(Buffer.concat([Buffer.from(plainHead(request), 'latin1'), head]))
  server.emit('connection', socket)
}
