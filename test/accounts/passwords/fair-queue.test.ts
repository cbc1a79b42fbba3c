import t from 'tap'
import { createWorkQueue, type Turn } from '../../../src/accounts/passwords/fair-queue.js'

/** Returns a promise and a function to resolve it. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

t.test(
  'a queue runs a limited number of tasks at once, in order, and refuses tasks beyond its limit',
  async (t) => {
    const run = createWorkQueue({ atOnce: 2, maxWaiting: 2, maxPerClient: 2, reservedForKnown: 0 })
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
    t.same(started, [0, 1, 2], 'a failed task frees its slot too')
    for (const { open } of gates) open()
    t.same(await Promise.all([results[0], results[2], results[3]]), [0, 2, 3])
    t.equal(await run(async () => 5), 5, 'there is room again when all are done')
  },
)

/** Creates a queue with its single slot occupied until `open` is called, and records the outcome of waiting tasks. */
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

t.test('clients take turns, however many tasks one of them queues', async (t) => {
  const { wait, finish, done, refused } = busy({ maxWaiting: 100, reservedForKnown: 0 })
  for (let i = 1; i <= 3; i++) wait(`greedy ${i}`, { client: 'greedy' })
  wait('modest 1', { client: 'modest' })
  wait('late 1', { client: 'late' })
  wait('modest 2', { client: 'modest' })
  await finish()
  t.same(done, ['greedy 1', 'modest 1', 'late 1', 'greedy 2', 'modest 2', 'greedy 3'])
  t.same(refused, [])
})

t.test('when the queue is full, the client with the most tasks loses its last', async (t) => {
  const { wait, finish, done, refused } = busy({ maxWaiting: 4, reservedForKnown: 0, maxPerClient: 3 })
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

t.test('known clients keep their reserved places and every other turn among many strangers', async (t) => {
  const { wait, finish, done, refused } = busy({ maxWaiting: 8, reservedForKnown: 2 })
  for (let i = 1; i <= 7; i++) wait(`stranger ${i}`, { client: `${i}` })
  for (let i = 1; i <= 3; i++) wait(`known ${i}`, { client: `known ${i}`, known: true })
  await finish()
  t.same(refused.toSorted(), ['known 3: overloaded', 'stranger 7: overloaded'])
  t.same(done.slice(0, 4), ['known 1', 'stranger 1', 'known 2', 'stranger 2'])
  t.equal(done.length, 8)
})

t.test('known clients wait among the strangers when their reserved places are taken', async (t) => {
  const { wait, finish, done, refused } = busy({ maxWaiting: 4, reservedForKnown: 1 })
  for (let i = 1; i <= 3; i++) wait(`known ${i}`, { client: `known ${i}`, known: true })
  await finish()
  t.same(done, ['known 1', 'known 2', 'known 3'])
  t.same(refused, [])
})

t.test('an aborted task is not started, and its place is free', async (t) => {
  const { wait, finish, done, refused } = busy({ maxWaiting: 2, reservedForKnown: 0, maxPerClient: 2 })
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

t.test('aborting a task while it runs, or after it, has no effect on the queue', async (t) => {
  const run = createWorkQueue({ atOnce: 1, maxWaiting: 1, maxPerClient: 1 })
  const leaving = new AbortController()
  const { open, opened } = gate()
  const first = run(() => opened, { signal: leaving.signal })
  leaving.abort()
  open()
  await t.resolves(first)
  t.equal(await run(async () => 'next'), 'next')
})
