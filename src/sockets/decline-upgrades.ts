import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

const ENDED = /^(upgrade|http2-settings)$/i

/** The head of `request` as it would be without the wish for another protocol. */
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
 * Answers a request that asks for another protocol in HTTP/1.1, as RFC 9110 (7.8) lets a server do, unless it is for
 * `path`, where somebody else upgrades. Once anybody listens for upgrades, Node takes the parser from every request
 * that wishes for one, and it would get no answer; Java's HttpClient wishes for HTTP/2 in each first request. So the
 * connection is given to the server again, its bytes as they came but for the wish.
 */
export function declineUpgrades(server: Server, path: string): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url?.startsWith(path)) return
    socket.unshift(Buffer.concat([Buffer.from(plainHead(request), 'latin1'), head]))
    server.emit('connection', socket)
  })
}
