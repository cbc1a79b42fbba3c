import t from 'tap'
import { cases } from '../helpers/effort.js'
import { random, visits } from '../helpers/hostile-clients.js'
import { noRateLimits, startServer } from '../helpers/process.js'
import { descriptorsOf, dial, get, memoryOf, noProc, until } from '../helpers/raw-connection.js'
import { noRedis, startRedis } from '../helpers/redis-server.js'

const VISITS = cases(1_000)
// To reproduce a run, set CONNECTION_FUZZ_SEED to its printed seed.
const SEED = Number(process.env.CONNECTION_FUZZ_SEED ?? Date.now() % 1_000_000_000)
const MB = 1024 * 1024
/** Garbage the heap may retain until its next collection. */
const MEMORY_SLACK = 80 * MB
/** Time a shutdown waits for a seemingly busy connection. */
const WORK_MS = 8_000

t.setTimeout(0)

const ways = [
  { name: 'at standard limits', redis: false, settings: {} },
  { name: 'with limits off', redis: false, settings: noRateLimits },
  { name: 'at standard limits, with Redis', redis: true, settings: {} },
  { name: 'with limits off, with Redis', redis: true, settings: noRateLimits },
]

for (const { name, redis, settings } of ways)
  t.test(
    `the process survives whatever clients send (${name})`,
    { skip: noProc || (redis && noRedis) },
    async (t) => {
      const count = Math.ceil(VISITS / ways.length)
      const extra: Record<string, string> = redis ? { REDIS_URL: (await startRedis(t)).url } : {}
      const server = await startServer(t, t.testdir(), { ...settings, ...extra, LOG_LEVEL: 'info' })
      const port = Number(new URL(server.url).port)
      const pid = Number(server.child.pid)
      t.comment(`seed ${SEED}, ${count} connections`)
      const draw = random(SEED)
      await visits(port, Math.min(count, 500), draw) // loads all lazy modules
      const before = { descriptors: 0, memory: memoryOf(pid) }
      before.descriptors = descriptorsOf(pid)

      await visits(port, count, draw)
      t.equal(server.child.exitCode, null, 'the server is running')
      const client = dial(t, port)
      client.socket.write(get('/health/live'))
      await client.until(/^HTTP\/1\.1 (200|429) /)
      client.socket.destroy()
      const spare = 8 // connections to Redis, files open for a moment
      await until(() => descriptorsOf(pid) <= before.descriptors + spare, 'descriptors are released')
      await until(() => memoryOf(pid) <= before.memory + MEMORY_SLACK, 'memory is released')
      t.comment(
        `descriptors ${before.descriptors} → ${descriptorsOf(pid)}, memory ${Math.round(before.memory / MB)} → ` +
          `${Math.round(memoryOf(pid) / MB)} MB`,
      )
      const began = performance.now()
      t.equal(await server.stop('SIGTERM'), 0, 'no connection delays the shutdown')
      const tookMs = performance.now() - began
      t.comment(`ended ${Math.round(tookMs)} ms after SIGTERM`)
      t.ok(tookMs < WORK_MS, 'no connection counts as work in progress')
      const errors = server.output().match(/^.*"level":[56]0.*$/gm) ?? []
      t.same(errors.slice(0, 5), [], 'nothing is logged as an error')
    },
  )
