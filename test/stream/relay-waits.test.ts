import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { AnyEvent } from '../../src/contract/events.js'
import { Relay, type RelayOptions } from '../../src/stream/relay.js'

const events = (...offsets: number[]): AnyEvent[] =>
  offsets.map((offset) => ({
    offset,
    type: 'stock:changed',
    createdAt: new Date(0).toISOString(),
    data: { productId: 'p', stock: offset },
  }))
const NEVER_MS = 60_000

/** A relay on a log in memory. It must be woken: no poll comes by in time. */
async function relayOn(t: Test, log: AnyEvent[], changes: Partial<RelayOptions> = {}) {
  const reads: number[] = []
  const relay = new Relay({
    log: {
      head: async () => log.at(-1)?.offset ?? 0,
      async read(after, limit) {
        reads.push(after)
        return log.filter(({ offset }) => offset > after).slice(0, limit)
      },
    },
    pollMs: NEVER_MS,
    paceMs: 0,
    onError: (error) => t.fail(String(error)),
    ...changes,
  })
  await relay.start()
  t.teardown(() => relay.stop())
  return { relay, reads }
}

/** Waits until `holds`, which takes a few turns of the event loop. */
async function until(holds: () => boolean) {
  while (!holds()) await turn()
}

t.test('a wait for an offset ends when the offset has been delivered', async (t) => {
  const log = events(1, 2)
  const { relay } = await relayOn(t, log)
  t.equal(await relay.reach(2, NEVER_MS), true, 'it has been delivered already')
  t.equal(await relay.reach(3, NEVER_MS), false, 'the log has no such offset')
  const told: number[] = []
  relay.subscribe((batch) => told.push(...batch.map(({ offset }) => offset)))
  log.push(...events(3, 4))
  t.equal(await relay.reach(4, NEVER_MS), true)
  t.same(told, [3, 4])
  await relay.reachKnown(4, NEVER_MS)
})

t.test('a wait for an offset that does not arrive fails with the position of the relay', async (t) => {
  const log = events(1)
  const { relay } = await relayOn(t, log, { settled: () => new Promise(() => {}) })
  log.push(...events(2, 3))
  const waiting = relay.reach(3, 5)
  await t.rejects(Promise.all([waiting, sleep(50)]), { name: 'RelayStuck', message: /at 1, and 3/ })
})

t.test('a wait ends with its own event, not with an earlier one', async (t) => {
  const { relay } = await relayOn(t, [])
  let reached = false
  const waiting = relay.reachKnown(2, NEVER_MS).then(() => {
    reached = true
  })
  relay.committed(events(1))
  await until(() => relay.position === 1)
  await turn()
  t.equal(reached, false)
  relay.committed(events(2))
  await waiting
  t.equal(relay.position, 2)
})

t.test('a removed listener receives nothing more', async (t) => {
  const { relay } = await relayOn(t, [])
  let heard = 0
  const leave = relay.subscribe(() => heard++)
  relay.committed(events(1))
  await until(() => relay.position === 1)
  t.equal(leave(), true)
  relay.committed(events(2))
  await until(() => relay.position === 2)
  t.equal(heard, 1)
})

t.test('events that were deleted before delivery are reported as skipped', async (t) => {
  const log = events(1)
  const { relay, reads } = await relayOn(t, log)
  const story: unknown[] = []
  relay.subscribe((batch) => story.push(batch.map(({ offset }) => offset)))
  relay.onSkip((gap) => story.push(gap))
  log.push(...events(2, 3))
  relay.wake()
  await until(() => relay.position === 3)
  log.push(...events(8, 9))
  relay.wake()
  await until(() => relay.position === 9)
  const before = reads.length
  relay.wake()
  await until(() => reads.length > before)
  await turn()
  t.same(story, [[2, 3], { first: 4, last: 7 }, [8, 9]])
})

t.test('after a switch to another log, events after its head are delivered', async (t) => {
  const log = events(1, 2, 3)
  const { relay } = await relayOn(t, log)
  const story: unknown[] = []
  relay.subscribe((batch) => story.push(batch.map(({ offset }) => offset)))
  relay.onSkip((gap) => story.push(gap ?? 'another log'))
  relay.committed(events(5)) // waits for 4, which never comes
  await turn()
  log.splice(0, 3, ...events(1, 2))
  relay.startOver(1)
  t.same(story, ['another log'])
  await until(() => relay.position === 2)
  log.push(...events(3, 4, 5))
  relay.wake()
  await until(() => relay.position === 5)
  t.same(story.slice(1).flat(), [2, 3, 4, 5])
})

t.test('a failure is reported until the log can be read again', async (t) => {
  let failure: Error | undefined = new Error('no such table')
  const errors: unknown[] = []
  let recovered = 0
  const relay = new Relay({
    log: {
      head: async () => 0,
      async read(after) {
        if (failure) throw failure
        return events(1).slice(after)
      },
    },
    pollMs: NEVER_MS,
    paceMs: 0,
    onError: (error) => errors.push(error),
    onRecovered: () => recovered++,
  })
  t.teardown(() => relay.stop())
  await relay.start()
  t.equal(relay.failure, undefined)
  relay.wake()
  await until(() => errors.length > 0)
  t.equal(relay.failure, failure)
  for (let i = 0; i < 5; i++) await turn()
  t.equal(errors.length, 1, 'it is retried with the next poll, not at once')
  failure = undefined
  relay.wake()
  await until(() => relay.position === 1)
  await until(() => recovered > 0)
  t.equal(relay.failure, undefined)
  relay.wake()
  for (let i = 0; i < 5; i++) await turn()
  t.equal(recovered, 1)
})

t.test('a burst is delivered at the configured pace, in few deliveries', async (t) => {
  const { relay } = await relayOn(t, [], { paceMs: 30 })
  const deliveries: number[] = []
  const times: number[] = []
  relay.subscribe((batch) => {
    deliveries.push(batch.length)
    times.push(performance.now())
  })
  relay.committed(events(1))
  await until(() => relay.position === 1)
  for (let offset = 2; offset <= 6; offset++) relay.committed(events(offset))
  await until(() => relay.position === 6)
  t.same(deliveries, [1, 5])
  const [first = 0, second = 0] = times
  t.ok(second - first >= 28, `the second waits for its time: ${second - first}`)
})

t.test('the relay pauses after a long delivery for as long as the delivery took', async (t) => {
  const { relay } = await relayOn(t, [])
  const times: number[] = []
  relay.subscribe(() => {
    times.push(performance.now())
    if (times.length === 1) for (const end = performance.now() + 60; performance.now() < end; );
  })
  relay.committed(events(1))
  await until(() => relay.position === 1)
  relay.committed(events(2))
  await until(() => relay.position === 2)
  const [first = 0, second = 0] = times
  t.ok(second - first > 110, `60 ms of work and a pause of 60 ms: ${second - first}`)
})

t.test('a stopped relay does not read, not even when a poll interval is set', async (t) => {
  const log = events(1)
  const { relay, reads } = await relayOn(t, log)
  relay.pollEvery(1)
  await until(() => reads.length > 1)
  await relay.stop()
  const before = reads.length
  relay.pollEvery(1)
  relay.wake()
  await sleep(20)
  t.equal(reads.length, before)
})

t.test('delivery starts when the work before it has settled', async (t) => {
  let settle = () => {}
  const settled = new Promise<void>((resolve) => {
    settle = resolve
  })
  const { relay } = await relayOn(t, [], { settled: () => settled })
  relay.committed(events(1))
  await sleep(5)
  t.equal(relay.position, 0)
  settle()
  await until(() => relay.position === 1)
})
