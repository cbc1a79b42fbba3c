import t from 'tap'
import { build } from '../helpers/app.js'
import { docsFile } from '../helpers/docs-files.js'
import { noRateLimits, startServer } from '../helpers/process.js'
import {
  descriptorsOf,
  dial,
  get,
  memoryOf,
  noProc,
  reset,
  statusesIn,
  until,
} from '../helpers/raw-connection.js'
import { listen } from '../helpers/sockets.js'

const MB = 1024 * 1024
const largestIn = (html: string) => docsFile(html, 'swagger-ui-bundle.js')
const READERS = 500
// 56 MB: more than Linux buffers for one connection, also where the maxima (tcp_rmem, tcp_wmem) were raised to 32 MiB.
const FILES = 40

t.test('a client that does not read a response is cut off, one that reads slowly is not', async (t) => {
  const app = await build(t, {
    connections: { total: 100, perAddress: 0, requestMs: 30_000, sendMs: 1_500, idleMs: 30_000 },
  })
  const port = Number(new URL(await listen(app)).port)
  const largest = largestIn((await app.inject('/docs')).body)
  const [still, slow] = [dial(t, port), dial(t, port)]
  for (const { socket } of [still, slow]) {
    socket.pause()
    socket.write(get(largest).repeat(FILES) + get('/health/live', 'Connection: close\r\n'))
  }
  await until(() => app.connections.open === 2, 'both are connected')
  let read = 0
  let text = ''
  const reading = setInterval(() => {
    const chunk = slow.socket.read(256 * 1024) ?? slow.socket.read()
    read += chunk?.length ?? 0
    if (chunk) text += chunk.toString('latin1')
  }, 20)
  t.teardown(() => clearInterval(reading))
  await until(() => app.connections.open === 0, 'the stalled client is cut off')
  t.match(
    await app.metrics.getSingleMetricAsString('connections_ended_total'),
    /connections_ended_total\{limit="send"\} 1$/m,
  )
  await until(() => slow.socket.readableEnded, 'the slow client has read to the end')
  t.equal(statusesIn(text).length, FILES + 1, 'the slow client received all')
  t.ok(read > FILES * MB)
})

t.test('500 clients that do not read the largest file use almost no memory', { skip: noProc }, async (t) => {
  const server = await startServer(t, t.testdir(), { ...noRateLimits, SEND_TIMEOUT: '60' })
  const port = Number(new URL(server.url).port)
  const pid = Number(server.child.pid)
  const largest = largestIn(await (await fetch(`${server.url}/docs`)).text())
  await (await fetch(`${server.url}${largest}`)).arrayBuffer()
  const before = memoryOf(pid)
  const descriptors = descriptorsOf(pid)
  const readers = Array.from({ length: READERS }, () => dial(t, port))
  for (const { socket } of readers) socket.pause().write(get(largest))
  await until(() => descriptorsOf(pid) >= descriptors + READERS - 5, 'all are connected')
  // Once another client has read the whole file, each of them has received its beginning.
  const last = dial(t, port)
  last.socket.write(get(largest, 'Connection: close\r\n'))
  t.ok((await last.all()).length > MB)
  const grown = memoryOf(pid) - before
  t.comment(`${READERS} readers: ${Math.round(grown / MB)} MB more`)
  t.ok(grown < 50 * MB, `${Math.round(grown / MB)} MB more`)
  for (const { socket } of readers) reset(socket)
  await until(() => descriptorsOf(pid) <= descriptors + 5, 'their connections are closed')
  await until(() => memoryOf(pid) < before + 50 * MB, 'memory is released')
  t.equal(await server.stop(), 0)
})

t.test('files are sent with an ETag, a Content-Length and under one name only', async (t) => {
  const app = await build(t)
  const largest = largestIn((await app.inject('/docs')).body)
  const file = await app.inject(largest)
  t.equal(file.statusCode, 200)
  const { etag } = file.headers
  const again = await app.inject({ url: largest, headers: { 'if-none-match': String(etag) } })
  t.match(again, { statusCode: 304, payload: '' })
  const other = await app.inject({ url: largest, headers: { 'if-none-match': '"x"' } })
  t.equal(other.statusCode, 200)
  const head = await app.inject({ method: 'HEAD', url: largest })
  t.match(head, {
    statusCode: 200,
    payload: '',
    headers: { 'content-length': file.headers['content-length'] },
  })
  t.equal(
    (await app.inject(largest.replace('bundle', '%62undle'))).body,
    file.body,
    'a percent-encoded name is the same name',
  )
  for (const url of [
    '/docs/static/nothing.js',
    '/docs/static/%2e%2e/package.json',
    '/docs/static/..%2fpackage.json',
  ])
    t.equal((await app.inject(url)).statusCode, 404, url)
})
