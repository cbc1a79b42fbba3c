import t from 'tap'
import { noRateLimits, startServer } from '../process.js'
import { noRedis, startRedis } from '../redis/server.js'
import { descriptorsOf, dial, get, memoryOf, noProc, until } from './raw.js'
import { random, visits } from './strangers.js'

// `CONNECTION_FUZZ=100000 npx tap --timeout=0 test/connections/fuzz.test.ts` for a long run, `CONNECTION_FUZZ_SEED` for the same again.
const VISITS = Number(process.env.CONNECTION_FUZZ ?? 4_000)
const SEED = Number(process.env.CONNECTION_FUZZ_SEED ?? Date.now() % 1_000_000_000)
const MB = 1024 * 1024
/** What a heap may keep until its next collection. */
const MEMORY_SLACK = 80 * MB
/** How long a stop waits for a connection that seems to be in work. */
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
    `whatever connections do, the process outlives them (${name})`,
    { skip: noProc || (redis && noRedis) },
    async (t) => {
      const count = Math.ceil(VISITS / ways.length)
      const extra: Record<string, string> = redis ? { REDIS_URL: (await startRedis(t)).url } : {}
      const server = await startServer(t, t.testdir(), { ...settings, ...extra, LOG_LEVEL: 'info' })
      const port = Number(new URL(server.url).port)
      const pid = Number(server.child.pid)
      t.comment(`seed ${SEED}, ${count} connections`)
      const draw = random(SEED)
      await visits(port, Math.min(count, 500), draw) // loads what is loaded once
      const before = { descriptors: 0, memory: memoryOf(pid) }
      before.descriptors = descriptorsOf(pid)

      await visits(port, count, draw)
      t.equal(server.child.exitCode, null, 'it is there')
      const client = dial(t, port)
      client.socket.write(get('/health/live'))
      await client.until(/^HTTP\/1\.1 (200|429) /)
      client.socket.destroy()
      const spare = 8 // connections to Redis, files that are open for a moment
      await until(() => descriptorsOf(pid) <= before.descriptors + spare, 'descriptors are given back')
      await until(() => memoryOf(pid) <= before.memory + MEMORY_SLACK, 'memory is given back', 180_000)
      t.comment(
        `descriptors ${before.descriptors} → ${descriptorsOf(pid)}, memory ${Math.round(before.memory / MB)} → ` +
          `${Math.round(memoryOf(pid) / MB)} MB`,
      )
      const began = performance.now()
      t.equal(await server.stop('SIGTERM'), 0, 'nobody is left whom it had to wait for')
      const tookMs = performance.now() - began
      t.comment(`ended ${Math.round(tookMs)} ms after SIGTERM`)
      t.ok(tookMs < WORK_MS, 'no connection passes for work')
      t.notMatch(server.output(), /"level":[56]0/)
    },
  )
