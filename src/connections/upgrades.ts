import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

const ENDED = /^(upgrade|http2-settings)$/i

/** The head of `request` without its wish for another protocol. */
function plainHead({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2)
    if (ENDED.test(name)) continue
    const kept = /^connection$/i.test(name)
      ? value
          .split(',')
          .filter((option) => !ENDED.test(option.trim()))
          .join(',')
      : value
    if (kept !== '') lines.push(`${name}: ${kept}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

/**
 * Answers a request that asks for another protocol in HTTP/1.1, as a server may (RFC 9110, 7.8). Once anybody listens for
 * upgrades, Node detaches its parser from every request that asks for one; Java's HttpClient asks for HTTP/2 in each first
 * request. The connection is given to the server again, with the bytes that came, less the wish.
 */
export function declineUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.unshift(Buffer.concat([Buffer.from(plainHead(request), 'latin1'), head]))
  server.emit('connection', socket)
}
