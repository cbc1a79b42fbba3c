import t from 'tap'
import { createWorkQueue, type Turn } from '../../src/accounts/work-queue.js'

/** A promise and the means to settle it. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

t.test('a queue runs so many tasks at once, in order, and refuses what is too much', async (t) => {
  const run = createWorkQueue({ atOnce: 2, maxWaiting: 2, maxPerClient: 2, keptForKnown: 0 })
  const gates = [gate(), gate(), gate(), gate()]
  const started: number[] = []
  const results = gates.map((each, i) =>
    run(async () => {
      started.push(i)
      await each.opened
      if (i === 1) throw new Error('a task failed')
      return i
    }),
  )
  const failed = t.rejects(results[1] as Promise<number>, { message: 'a task failed' })
  t.same(started, [0, 1])
  await t.rejects(
    run(async () => 4),
    { code: 'overloaded', statusCode: 503, retryAfter: 2 },
  )
  gates[1]?.open()
  await failed
  t.same(started, [0, 1, 2], 'a failed task makes room too')
  for (const { open } of gates) open()
  t.same(await Promise.all([results[0], results[2], results[3]]), [0, 2, 3])
  t.equal(await run(async () => 5), 5, 'with room for more when all is done')
})

/** A queue of one place that is taken until `open` is called, and what came of the tasks that wait. */
function busy(options: Omit<Parameters<typeof createWorkQueue>[0], 'atOnce'>) {
  const run = createWorkQueue({ atOnce: 1, ...options })
  const { open, opened } = gate()
  const first = run(() => opened)
  const done: string[] = []
  const refused: string[] = []
  const all: Promise<unknown>[] = [first]
  return {
    done,
    refused,
    wait(name: string, turn: Turn) {
      const task = run(async () => done.push(name), turn)
      all.push(task.catch((error) => refused.push(`${name}: ${error.code}`)))
    },
    async finish() {
      open()
      await Promise.all(all)
    },
  }
}

t.test('clients take turns, however much one of them asks', async (t) => {
  const { wait, finish, done, refused } = busy({ maxWaiting: 100, keptForKnown: 0 })
  for (let i = 1; i <= 3; i++) wait(`greedy ${i}`, { client: 'greedy' })
  wait('modest 1', { client: 'modest' })
  wait('late 1', { client: 'late' })
  wait('modest 2', { client: 'modest' })
  await finish()
  t.same(done, ['greedy 1', 'modest 1', 'late 1', 'greedy 2', 'modest 2', 'greedy 3'])
  t.same(refused, [])
})

t.test('where there is no room, the client with the most tasks loses its last', async (t) => {
  const { wait, finish, done, refused } = busy({ maxWaiting: 4, keptForKnown: 0, maxPerClient: 3 })
  for (let i = 1; i <= 4; i++) wait(`greedy ${i}`, { client: 'greedy' })
  await new Promise(setImmediate)
  t.same(refused, ['greedy 4: overloaded'], 'there is room, but not for one client alone')
  wait('modest', { client: 'modest' })
  wait('newcomer', { client: 'newcomer' })
  wait('next', { client: 'next' })
  wait('one too many', { client: 'one too many' })
  await finish()
  t.same(done, ['greedy 1', 'modest', 'newcomer', 'next'])
  t.same(refused.toSorted(), [
    'greedy 2: overloaded',
    'greedy 3: overloaded',
    'greedy 4: overloaded',
    'one too many: overloaded',
  ])
})

t.test('a crowd of strangers leaves known clients their places and every other turn', async (t) => {
  const { wait, finish, done, refused } = busy({ maxWaiting: 8, keptForKnown: 2 })
  for (let i = 1; i <= 7; i++) wait(`stranger ${i}`, { client: `${i}` })
  for (let i = 1; i <= 3; i++) wait(`known ${i}`, { client: `known ${i}`, known: true })
  await finish()
  t.same(refused.toSorted(), ['known 3: overloaded', 'stranger 7: overloaded'])
  t.same(done.slice(0, 4), ['known 1', 'stranger 1', 'known 2', 'stranger 2'])
  t.equal(done.length, 8)
})

t.test('known clients who find their places taken wait among the strangers', async (t) => {
  const { wait, finish, done, refused } = busy({ maxWaiting: 4, keptForKnown: 1 })
  for (let i = 1; i <= 3; i++) wait(`known ${i}`, { client: `known ${i}`, known: true })
  await finish()
  t.same(done, ['known 1', 'known 2', 'known 3'])
  t.same(refused, [])
})

t.test('what nobody waits for any more is not begun, and its place is free', async (t) => {
  const { wait, finish, done, refused } = busy({ maxWaiting: 2, keptForKnown: 0, maxPerClient: 2 })
  const leaving = new AbortController()
  wait('gone', { client: 'a', signal: leaving.signal })
  wait('stays', { client: 'a', signal: new AbortController().signal })
  leaving.abort()
  wait('came too late', { client: 'a', signal: AbortSignal.abort() })
  wait('takes its place', { client: 'a' })
  await finish()
  t.same(done, ['stays', 'takes its place'])
  t.same(refused.toSorted(), ['came too late: bad-request', 'gone: bad-request'])
})

t.test('who leaves while its task runs, or after it, disturbs nothing', async (t) => {
  const run = createWorkQueue({ atOnce: 1, maxWaiting: 1, maxPerClient: 1 })
  const leaving = new AbortController()
  const { open, opened } = gate()
  const first = run(() => opened, { signal: leaving.signal })
  leaving.abort()
  open()
  await t.resolves(first)
  t.equal(await run(async () => 'next'), 'next')
})
