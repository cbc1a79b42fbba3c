import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { build, noRateLimits } from '../helpers/app.js'
import { dial, statusesIn } from '../helpers/raw-connection.js'
import { listen } from '../helpers/sockets.js'
import { without } from '../helpers/topology/programs.js'
import { startNginx } from '../helpers/topology/services.js'

/** The part a parser using the other header takes for a second request. */
const HIDDEN = 'GET /smuggled HTTP/1.1\r\nHost: shop.test\r\n\r\n'
const post = (fields: string[], body: string) =>
  `POST /auth/logout HTTP/1.1\r\nHost: shop.test\r\nContent-Type: application/json\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n${body}`

const length = `Content-Length: ${5 + HIDDEN.length}`
const chunks = `0\r\n\r\n${HIDDEN}`
/**
 * Requests whose end two parsers may locate differently
 * (https://portswigger.net/web-security/request-smuggling).
 */
const AMBIGUOUS: Record<string, string> = {
  'both lengths': post([length, 'Transfer-Encoding: chunked'], chunks),
  'both, the other way round': post(['Transfer-Encoding: chunked', length], chunks),
  'two lengths': post(['Content-Length: 0', `Content-Length: ${HIDDEN.length}`], HIDDEN),
  'two lengths in one': post([`Content-Length: 0, ${HIDDEN.length}`], HIDDEN),
  'a length with a sign': post([`Content-Length: +${HIDDEN.length}`], HIDDEN),
  'a hexadecimal length': post(['Content-Length: 0x0'], HIDDEN),
  'a blank before the colon': post([length, 'Transfer-Encoding : chunked'], chunks),
  'an unknown coding': post([length, 'Transfer-Encoding: xchunked'], chunks),
  'a coding after chunked': post([length, 'Transfer-Encoding: chunked, identity'], chunks),
  'a folded line': post([length, 'Transfer-Encoding:\r\n chunked'], chunks),
  'a control character': post([length, 'Transfer-Encoding: \x0bchunked'], chunks),
  'a line ending in a bare LF': post([length, 'X: y\nTransfer-Encoding: chunked'], chunks),
  'an invalid chunk size': post(['Transfer-Encoding: chunked'], `0x5\r\n{}   \r\n0\r\n\r\n${HIDDEN}`),
  'a chunk with a bare LF': post(['Transfer-Encoding: chunked'], `2\n{}\r\n0\r\n\r\n${HIDDEN}`),
}

t.test(
  'a request with an ambiguous length is refused, and nothing after it is read as a request',
  async (t) => {
    const app = await build(t, noRateLimits)
    const asked: string[] = []
    app.server.on('request', ({ url }) => asked.push(String(url)))
    const port = Number(new URL(await listen(app)).port)
    for (const [what, bytes] of Object.entries(AMBIGUOUS)) {
      const client = dial(t, port)
      client.socket.end(bytes)
      const statuses = statusesIn(await client.all())
      t.ok(statuses.length === 1 && [400, 501].includes(statuses[0] ?? 0), `${what}: ${statuses}`)
    }
    t.notOk(asked.includes('/smuggled'))
  },
)

t.test('behind nginx such a request never reaches a node as two', { skip: without('nginx') }, async (t) => {
  const asked: string[] = []
  const nodes = [1, 2, 3].map(() =>
    createServer((request, answer) => {
      asked.push(String(request.url))
      request.resume().on('end', () => answer.end('{}'))
    }).listen(0, '127.0.0.1'),
  )
  await Promise.all(nodes.map((node) => once(node, 'listening')))
  t.teardown(() => {
    for (const node of nodes) node.close().closeAllConnections()
  })
  const urls = nodes.map((node) => `http://127.0.0.1:${(node.address() as AddressInfo).port}`)
  const port = Number(new URL(await startNginx(t, t.testdir(), urls)).port)
  for (const [what, bytes] of Object.entries(AMBIGUOUS)) {
    const client = dial(t, port)
    client.socket.end(bytes)
    await client.all()
    // A request after an unambiguous body is a regular pipelined request.
    t.notOk(asked.includes('/smuggled'), what)
    asked.length = 0
  }
})
