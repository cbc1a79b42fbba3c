import t from 'tap'
import { SingleFlight, singleFlight } from '../src/single-flight.js'

/** Creates work that records its runs and ends when told to. */
function work() {
  const runs: { resolve(value: string): void; reject(error: Error): void }[] = []
  const run = () => new Promise<string>((resolve, reject) => runs.push({ resolve, reject }))
  return { runs, run }
}

t.test('concurrent calls share one run, later ones start another', async (t) => {
  const { runs, run } = work()
  const flight = singleFlight(run)
  const both = [flight(), flight()]
  t.equal(runs.length, 1)
  runs[0]?.resolve('first')
  t.same(await Promise.all(both), ['first', 'first'])
  const later = flight()
  t.equal(runs.length, 2)
  runs[1]?.resolve('second')
  t.equal(await later, 'second')
})

t.test('a failure reaches all callers of its run and no later one', async (t) => {
  const { runs, run } = work()
  const flight = singleFlight(run)
  const both = [flight(), flight()]
  runs[0]?.reject(new Error('broken'))
  for (const answer of both) await t.rejects(answer, { message: 'broken' })
  const later = flight()
  runs[1]?.resolve('mended')
  t.equal(await later, 'mended')
})

t.test('runs are shared by key', async (t) => {
  const { runs, run } = work()
  const flights = new SingleFlight<string>()
  const answers = ['a', 'b', 'a'].map((key) => flights.run(key, run))
  t.equal(runs.length, 2)
  for (const [i, { resolve }] of runs.entries()) resolve(`run ${i}`)
  t.same(await Promise.all(answers), ['run 0', 'run 1', 'run 0'])
})

t.test('a forgotten run answers its own callers only', async (t) => {
  for (const forget of [
    (flights: SingleFlight<string>) => flights.forget('a'),
    (flights: SingleFlight<string>) => flights.forgetAll(),
  ]) {
    const { runs, run } = work()
    const flights = new SingleFlight<string>()
    const before = flights.run('a', run)
    forget(flights)
    const after = flights.run('a', run)
    t.equal(runs.length, 2)
    runs[0]?.resolve('stale')
    t.equal(await before, 'stale')
    const joined = flights.run('a', run) // the end of the stale run does not end the new one
    t.equal(runs.length, 2)
    runs[1]?.resolve('fresh')
    t.same(await Promise.all([after, joined]), ['fresh', 'fresh'])
  }
})

t.test('the callers of a run are gone once all of them are', async (t) => {
  const flights = new SingleFlight<() => boolean>()
  const gone = new Set<string>()
  const caller = (client: string) => ({ client, gone: () => gone.has(client) })
  const run = async (callers: { gone(): boolean }) => () => callers.gone()
  const first = flights.run('a', run, caller('ada'))
  flights.run('a', run, caller('bob'))
  const isGone = await first
  gone.add('ada')
  t.notOk(isGone())
  gone.add('bob')
  t.ok(isGone())

  const unnamed = flights.run('b', run)
  t.notOk((await unnamed)(), 'a call without a caller never leaves')
})
