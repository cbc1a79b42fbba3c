import t from 'tap'
import { startServer } from '../helpers/process.js'
import { dial, get, statusesIn, until } from '../helpers/raw-connection.js'

const REQUESTS = 3_000
const LINES_PER_SECOND = 20

t.test('a client cannot make the log grow without bound', async (t) => {
  const server = await startServer(t, t.testdir(), { LOG_LEVEL: 'info' })
  const port = Number(new URL(server.url).port)
  const began = performance.now()
  const client = dial(t, port)
  const request = get(`/${'x'.repeat(10_000)}`)
  client.socket.write(request.repeat(REQUESTS - 1) + get('/last', 'Connection: close\r\n'))
  const statuses = statusesIn(await client.all())
  t.equal(statuses.length, REQUESTS)
  t.same(new Set(statuses), new Set([404, 429]), 'within the standard limit, and beyond it')
  const noise = Array.from({ length: 200 }, () => dial(t, port))
  for (const { socket } of noise) socket.write('nonsense\r\n\r\n')
  await Promise.all(noise.map(({ all }) => all()))

  const lines = () =>
    server
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => ({ length: line.length, ...JSON.parse(line) }))
  const count = (kind: string, message: string) => {
    const written = lines().filter(({ msg, code }) => msg === message && code === kind).length
    const leftOut = lines().filter(({ kind: name }) => name === kind)
    return { written, all: leftOut.reduce((sum, { count }) => sum + count, written) }
  }
  const served = statuses.filter((status) => status === 404).length
  // On a machine needing more than a minute for them, the rate limit's window restarts.
  t.ok(served >= 1_000 && served < REQUESTS, `${served} within the limit`)
  await until(() => count('not-found', 'request refused').all === served, 'refusals are counted')
  await until(() => count('rate-limited', 'request refused').all === REQUESTS - served, 'past the limit')
  const seconds = Math.ceil((performance.now() - began) / 1_000) + 1
  for (const kind of ['not-found', 'rate-limited'])
    t.ok(count(kind, 'request refused').written <= LINES_PER_SECOND * seconds, `lines of ${kind}`)
  t.ok(lines().filter(({ msg }) => msg === 'connection refused').length <= LINES_PER_SECOND * seconds)
  const summaries = lines().filter(({ msg }) => msg === 'more lines like this were left out')
  t.same(
    new Set(summaries.map(({ level }) => level)),
    new Set([30]),
    'summaries have the level of their lines',
  )
  t.ok(
    lines().every(({ length }) => length < 1_000),
    'no line is long',
  )
  await server.stop()
})
