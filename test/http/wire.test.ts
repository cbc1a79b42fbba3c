import { connect } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { digestOf } from '../helpers/books.js'
import { cases } from '../helpers/effort.js'
import { INTERNALS, setup } from '../helpers/fuzz/probe.js'
import { PATIENCE_MS } from '../helpers/patience.js'

/** Sends `bytes` over a new connection. @returns everything received until the server hangs up */
function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1')
    socket.setEncoding('latin1').setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no answer')))
    socket.on('data', (chunk) => (answer += chunk))
    socket.on('close', (failed) => failed || resolve(answer))
    // The server may hang up during the write.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(answer) : reject(error),
    )
    socket.end(bytes)
  })
}

const piece = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\r',
    '\n',
    '\r\n',
    '\t',
    ':',
    '\x7f',
    '%',
    'x'.repeat(20_000),
    '-1',
    '1e9',
    'chunked',
  ),
  fc.string({ unit: fc.nat(255).map((byte) => String.fromCharCode(byte)), maxLength: 12 }),
)
const mostly = <T>(fair: fc.Arbitrary<T>, rare: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 8, arbitrary: fair }, { weight: 1, arbitrary: rare })

const wireFields = fc.array(
  mostly(
    fc.constantFrom(
      'Content-Length: 2',
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
      'Connection: keep-alive',
      'Expect: 100-continue',
      'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAA',
      'Connection: Upgrade\r\nUpgrade: websocket',
      'Cookie: access_token=x',
      'Host: y',
    ),
    fc.oneof(
      fc.constantFrom(
        'Content-Length: -5',
        'Content-Length: 99999999999999999999',
        'Transfer-Encoding: gzip',
        'Expect: x',
      ),
      fc.tuple(piece, piece).map(([name, value]) => `${name}: ${value}`),
    ),
  ),
  { maxLength: 4 },
)
const rawRequest = fc
  .record({
    method: mostly(fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'CONNECT'), piece),
    target: mostly(
      fc.constantFrom('/products', '/orders', '*', 'http://x/products', '//', '/%zz', '/\xff'),
      piece,
    ),
    version: mostly(
      fc.constantFrom('HTTP/1.1', 'HTTP/1.0'),
      fc.oneof(fc.constantFrom('HTTP/2.0', 'HTTP/9.9'), piece),
    ),
    host: mostly(fc.constant('Host: x'), piece),
    fields: wireFields,
    body: mostly(fc.constantFrom('', '{}', '2\r\n{}\r\n0\r\n\r\n', 'fffffffff\r\nx'), piece),
  })
  .map(({ method, target, version, host, fields, body }) =>
    Buffer.from(
      `${[`${method} ${target} ${version}`, host, ...fields].join('\r\n')}\r\n\r\n${body}`,
      'latin1',
    ),
  )

t.test(
  'any bytes on a connection are answered or the connection is closed, and the next is served',
  async (t) => {
    const { app } = await setup(t)
    const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
    const before = await digestOf(app.db)
    const statuses = new Set<number>()
    const noise = fc.uint8Array().map((bytes) => Buffer.from(bytes))
    await fc.assert(
      fc.asyncProperty(mostly(rawRequest, noise), async (request) => {
        const answer = await exchange(port, request)
        for (const part of answer.split(/(?=HTTP\/1\.1 \d{3} )/)) {
          if (part === '') return
          const status = Number(part.slice('HTTP/1.1 '.length).slice(0, 3))
          statuses.add(status)
          const [, type = ''] = /^content-type: (\S+)/im.exec(part) ?? []
          const refused = status >= 400 && type !== '' && !type.startsWith('application/problem+json')
          if (!(status < 500) || refused || INTERNALS.test(part))
            throw new Error(`answered ${answer.slice(0, 1_000)}`)
        }
      }),
      { numRuns: cases(400) },
    )
    for (const status of [200, 400, 404]) t.ok(statuses.has(status), `${status} was met`)
    t.equal(await digestOf(app.db), before)
    t.match(
      await exchange(port, Buffer.from('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n')),
      /^HTTP\/1.1 200 OK\r\n/,
    )
  },
)
