import t from 'tap'
import { FairScheduler } from '../../src/stream/fair-scheduler.js'

/** Blocks the thread for at least `ms` milliseconds, by the clock and of processor time. */
function work(ms: number) {
  const end = performance.now() + ms
  const used = process.cpuUsage()
  const worked = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000
  while (performance.now() < end || worked(process.cpuUsage(used)) < ms);
}

t.test('a slice of turns ends in time, and other work runs in between', async (t) => {
  const turns = new FairScheduler({ sliceMs: 5, rest: 2 })
  let tick = 0
  const count = () => {
    tick++
    if (turns.size > 0) setImmediate(count)
  }
  const ticks = Array.from({ length: 12 }, () =>
    turns.run('one', () => {
      work(3)
      return tick
    }),
  )
  setImmediate(count)
  const inTick = new Map<number, number>()
  for (const at of await Promise.all(ticks)) inTick.set(at, (inTick.get(at) ?? 0) + 1)
  for (const [at, jobs] of inTick) t.ok(jobs <= 2, `${jobs} turns of 3 ms in tick ${at}`)
})

t.test('pauses between slices', async (t) => {
  const turns = new FairScheduler({ sliceMs: 5, rest: 2 })
  const begun = performance.now()
  await Promise.all(Array.from({ length: 10 }, () => turns.run('one', () => work(6))))
  t.ok(performance.now() - begun >= 10 * 6 + 9 * 12, 'nine pauses, twice as long as the slices before them')
})

t.test(
  'a slice is measured in processor time, so that a process without a processor does not pause',
  async (t) => {
    const [sliceMs, rest] = [50, 50]
    const turns = new FairScheduler({ sliceMs, rest })
    const begun = performance.now()
    const wait = () => new Promise((resolve) => setTimeout(resolve, 1.2 * sliceMs))
    await Promise.all(Array.from({ length: 3 }, () => turns.run('one', wait)))
    t.ok(performance.now() - begun < rest * sliceMs, 'no pause before the last')
  },
)

t.test('keys take turns, however many tasks one of them has', async (t) => {
  const turns = new FairScheduler({ sliceMs: 5, rest: 2 })
  const order: string[] = []
  const ask = (key: string, name: string) => turns.run(key, () => order.push(name))
  await Promise.all([
    ...Array.from({ length: 100 }, (_, i) => ask('greedy', `greedy ${i}`)),
    ask('modest', 'modest 0'),
    ask('modest', 'modest 1'),
    ask('late', 'late 0'),
  ])
  t.same(order.slice(0, 7), [
    'greedy 0',
    'modest 0',
    'late 0',
    'greedy 1',
    'modest 1',
    'greedy 2',
    'greedy 3',
  ])
  t.equal(order.length, 103)
  t.equal(turns.size, 0)
})

t.test('a failed task rejects for its caller only', async (t) => {
  const turns = new FairScheduler({ sliceMs: 5, rest: 2 })
  const failing = turns.run('one', async () => {
    throw new Error('disk on fire')
  })
  const next = turns.run('one', () => 'fine')
  await t.rejects(failing, { message: 'disk on fire' })
  t.equal(await next, 'fine')
  t.equal(await turns.run('one', () => 'later'), 'later', 'after a pause too')
})
