import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { auditBooks } from '../helpers/books.js'
import { onServer } from '../helpers/database.js'
import { BUYERS, openUnderLoad, ordersOf, startWorkers, WORKERS } from '../helpers/workers.js'

t.test('a committer that is killed loses no order and doubles none', async (t) => {
  const opened = await openUnderLoad(t)
  const { server, load, db } = opened
  for (let round = 1; round <= 3; round++) {
    await load.atLeast(load.placed.length + 100)
    const pids = server.pids('committer')
    process.kill(pids.at(-1) as number, 'SIGKILL')
    await load.atLeast(load.placed.length + 100)
    while (server.pids('committer').length === pids.length) await sleep(10)
  }
  await load.stop()
  // On a machine too busy to start a committer within ten seconds, an order may get 503 without being known.
  for (const failure of load.failed) t.match(failure, /^503/)
  const orders = await ordersOf(opened)
  t.same(
    load.placed.filter((id) => !orders.has(id)),
    [],
    'no acknowledged order is lost',
  )
  t.ok(orders.size - load.placed.length <= load.failed.length, 'none is doubled')
  t.equal(new Set(load.placed).size, load.placed.length)
  t.equal(await server.stop(), 0)
  t.same(await auditBooks(db), [])
})

t.test('a worker that is killed takes nothing but its connections with it', async (t) => {
  const opened = await openUnderLoad(t)
  const { server, load, db } = opened
  await load.atLeast(100)
  process.kill(server.pids('worker')[0] as number, 'SIGKILL')
  while (server.pids('worker').length === WORKERS) await sleep(10)
  await load.atLeast(load.placed.length + 200)
  await load.stop()
  t.ok(load.failed.length <= BUYERS, `${load.failed.length} failed`)
  for (const failure of load.failed) t.match(failure, /ECONNRESET|other side closed|ECONNREFUSED/)
  const orders = await ordersOf(opened)
  for (const id of load.placed) if (!orders.has(id)) t.fail(`${id} is lost`)
  t.ok(orders.size - load.placed.length <= load.failed.length)
  t.equal(await server.stop(), 0)
  t.same(await auditBooks(db), [])
})

t.test('SIGTERM under load ends all processes, and loses no answer', async (t) => {
  const opened = await openUnderLoad(t)
  const { server, load } = opened
  await load.atLeast(100)
  const pids = [...server.pids('worker'), ...server.pids('committer')]
  t.equal(await server.stop(), 0)
  await load.stop()
  for (const pid of pids) t.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
  const orders = await ordersOf(opened)
  t.same(new Set(load.placed), orders)
  for (const failure of load.failed) t.match(failure, /ECONNREFUSED|ECONNRESET|other side closed/)
})

t.test(
  'a start that fails says why, and leaves no process',
  { skip: onServer && 'not about the database' },
  async (t) => {
    const { port } = new URL((await startWorkers(t)).url)
    await t.rejects(startWorkers(t, { PORT: port }), { message: /Port \d+ on \S+ is taken/ })
  },
)
