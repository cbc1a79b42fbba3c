import { createServer, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createResponseClass, isSecure } from '../../src/connections/response.js'

const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/** Returns the raw headers of a response written by `answer`. */
async function rawHeaders(t: Test, answer: (response: ServerResponse) => void): Promise<string[]> {
  const Response = createResponseClass({ headers, onCreated: () => {}, isLast: () => false })
  const server = createServer({ ServerResponse: Response as never }, (_request, response) => answer(response))
  t.teardown(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', agent: false }, (response) => {
      response.resume()
      resolve(response.rawHeaders.map((text) => text.toLowerCase()))
    })
      .once('error', reject)
      .end()
  })
}

/** Returns the values of `name`: more than one if it was sent twice. */
const valuesOf = (raw: string[], name: string) => raw.filter((_text, i) => i % 2 === 1 && raw[i - 1] === name)

const ways: [string, (response: ServerResponse) => void][] = [
  ['end alone', (response) => response.end('x')],
  [
    'write without a length',
    (response) => {
      response.write('x')
      response.end()
    },
  ],
  ['setHeader', (response) => response.setHeader('etag', '"1"').end()],
  ['writeHead with an object', (response) => response.writeHead(200, { etag: '"1"' }).end()],
  ['writeHead with a reason', (response) => response.writeHead(200, 'Fine', { etag: '"1"' }).end()],
  ['writeHead with a list', (response) => response.writeHead(200, ['etag', '"1"']).end()],
  ['writeHead after setHeader', (response) => response.setHeader('a', 'b').writeHead(200, { c: 'd' }).end()],
  ['no content', (response) => response.writeHead(204).end()],
  ['not modified', (response) => response.writeHead(304, { etag: '"1"', 'content-length': '0' }).end()],
]

for (const [name, answer] of ways)
  t.test(`the security headers are sent once, with ${name}`, async (t) => {
    const raw = await rawHeaders(t, answer)
    t.same(valuesOf(raw, 'cache-control'), ['no-store'])
    t.same(valuesOf(raw, 'x-content-type-options'), ['nosniff'])
  })

t.test('a header of the response takes the place of the standard one', async (t) => {
  const set = await rawHeaders(t, (response) => response.setHeader('Cache-Control', 'no-cache').end())
  t.same(valuesOf(set, 'cache-control'), ['no-cache'])
  t.same(valuesOf(set, 'x-content-type-options'), ['nosniff'])
  const written = await rawHeaders(t, (response) =>
    response.writeHead(200, { 'Cache-Control': 'public' }).end(),
  )
  t.same(valuesOf(written, 'cache-control'), ['public'])
})

t.test('a response states whether it adds the headers itself', async (t) => {
  await rawHeaders(t, (response) => {
    t.equal(isSecure(response), true)
    response.end()
  })
  const server = createServer((_request, response) => {
    t.equal(isSecure(response), false)
    response.end()
  })
  t.teardown(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
