import t from 'tap'
import { fresh, openUnderLoad, ordersOf, startWorkers, WORKERS } from '../helpers/workers.js'

t.test('a committer that hangs stops no reads, and is replaced', async (t) => {
  const opened = await openUnderLoad(t, { RATE_LIMIT_MAX: '1000000' })
  const { server, load } = opened
  await load.atLeast(50)
  const [committer] = server.pids('committer')
  process.kill(committer as number, 'SIGSTOP')
  for (let i = 0; i < 3 * WORKERS; i++) t.equal((await fresh(`${server.url}/products`)).status, 200)
  t.equal((await fresh(`${server.url}/health/ready`)).status, 503)
  t.equal(server.pids('committer').length, 1, 'all of this while it hangs')
  const before = load.placed.length
  // While the first one hangs, none of its orders is answered.
  await load.atLeast(before + 50)
  await load.stop()
  t.equal(server.pids('committer').length, 2)
  t.throws(() => process.kill(committer as number, 0), { code: 'ESRCH' })
  const orders = await ordersOf(opened)
  t.same(
    load.placed.filter((id) => !orders.has(id)),
    [],
  )
  t.ok(orders.size - load.placed.length <= load.failed.length)
  t.equal(await server.stop(), 0)
})

t.test('SIGTERM ends a server whose committer hangs', async (t) => {
  const server = await startWorkers(t)
  const pids = server.pids('committer')
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  t.equal(await server.stop(), 0)
  t.notMatch(server.output(), /hangs/, 'sooner than one that hangs is replaced')
  for (const pid of pids) t.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
})
