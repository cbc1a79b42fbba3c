import t from 'tap'
import type { AnyEvent } from '../../src/contract/events.js'
import { Relay } from '../../src/stream/relay.js'

const event = (offset: number): AnyEvent => ({
  offset,
  type: 'stock:changed',
  createdAt: new Date(0).toISOString(),
  data: { productId: 'p', stock: offset },
})
const events = (...offsets: number[]) => offsets.map(event)

/** Creates an in-memory log that can fail or hang on demand, and a relay on it. */
async function relayOn(log: AnyEvent[], { pollMs = 60_000 } = {}) {
  const told: number[] = []
  const errors: unknown[] = []
  let recoveries = 0
  let failure: Error | undefined
  let gate: Promise<void> | undefined
  let reads = 0
  const relay = new Relay({
    log: {
      head: async () => log.length,
      async read(after, limit) {
        reads++
        await gate
        if (failure) throw failure
        return log.slice(after, after + limit)
      },
    },
    pollMs,
    paceMs: 0,
    onError: (error) => errors.push(error),
    onRecovered: () => recoveries++,
  })
  await relay.start()
  relay.subscribe((batch) => told.push(...batch.map(({ offset }) => offset)))
  return {
    relay,
    told,
    errors,
    recoveries: () => recoveries,
    reads: () => reads,
    fail(error: Error | undefined) {
      failure = error
    },
    hold(until: Promise<void> | undefined) {
      gate = until
    },
    /** Resolves once a read has started after this call. */
    async nextRead() {
      for (const before = reads; reads === before; ) await new Promise((resolve) => setImmediate(resolve))
    },
    async level(offset: number) {
      while (relay.position < offset) await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

t.test('events of this process are delivered in order, without reading the log', async (t) => {
  const { relay, told, level } = await relayOn([])
  t.teardown(() => relay.stop())
  relay.committed(events(1, 2))
  relay.committed(events(3))
  t.same(told, [], 'not in the turn of the commit')
  await level(3)
  t.same(told, [1, 2, 3])
})

t.test('an announced event is read from the log unless it is at hand', async (t) => {
  const log: AnyEvent[] = []
  const { relay, told, level, reads } = await relayOn(log)
  t.teardown(() => relay.stop())
  relay.committed(events(1, 2, 3))
  relay.expect(3)
  await level(3)
  relay.expect(2)
  t.equal(reads(), 0)
  log.push(...events(1, 2, 3, 4))
  relay.expect(4)
  await level(4)
  log.push(...events(5, 6, 7))
  relay.committed(events(7)) // and those before it are lost
  relay.expect(7)
  await level(7)
  log.push(event(8))
  relay.expect(Number('of an earlier version'))
  await level(8)
  t.same(told, [1, 2, 3, 4, 5, 6, 7, 8])
})

t.test('events of other processes before them are read from the log first', async (t) => {
  const log: AnyEvent[] = []
  const { relay, told, level } = await relayOn(log)
  t.teardown(() => relay.stop())
  log.push(...events(1, 2, 3, 4, 5))
  relay.committed(events(4)) // the rest is another node's
  await level(5)
  t.same(told, [1, 2, 3, 4, 5])
})

t.test('commits reported out of order, or twice, are delivered in order and once', async (t) => {
  const log: AnyEvent[] = []
  const { relay, told, level } = await relayOn(log)
  t.teardown(() => relay.stop())
  log.push(...events(1, 2, 3, 4))
  relay.committed(events(3, 4))
  relay.committed(events(1, 2))
  relay.committed(events(2))
  await level(4)
  relay.committed(events(4))
  log.push(event(5))
  relay.wake()
  await level(5)
  t.same(told, [1, 2, 3, 4, 5])
})

t.test('the relay starts at the end of the log, and polls for events that nobody reports', async (t) => {
  const log = events(1, 2, 3)
  const { relay, told, level } = await relayOn(log, { pollMs: 5 })
  t.teardown(() => relay.stop())
  t.equal(relay.position, 3)
  const many = Array.from({ length: 2500 }, (_, i) => event(i + 4))
  log.push(...many)
  await level(2503)
  t.same(
    told,
    many.map(({ offset }) => offset),
    'page by page',
  )
})

t.test('a failing log delays events, and loses none', async (t) => {
  const log: AnyEvent[] = []
  const { relay, told, errors, recoveries, fail, level } = await relayOn(log, { pollMs: 5 })
  t.teardown(() => relay.stop())
  fail(new Error('disk on fire'))
  log.push(...events(1, 2, 3))
  relay.committed(events(3))
  while (errors.length < 2) await new Promise((resolve) => setImmediate(resolve))
  t.match(relay.failure, { message: 'disk on fire' })
  t.same(told, [])
  t.equal(recoveries(), 0)
  fail(undefined)
  await level(3)
  t.equal(recoveries(), 1)
  t.same(told, [1, 2, 3])
  t.equal(relay.failure, undefined)
})

t.test('events beyond the buffer limit are dropped while the log hangs, and read later', async (t) => {
  const log: AnyEvent[] = []
  const { relay, told, hold, level } = await relayOn(log)
  t.teardown(() => relay.stop())
  let release = () => {}
  hold(
    new Promise((resolve) => {
      release = resolve
    }),
  )
  relay.wake()
  for (let first = 1; first <= 50_000; first += 1000) {
    const batch = Array.from({ length: 1000 }, (_, i) => event(first + i))
    log.push(...batch)
    relay.committed(batch)
  }
  release()
  await level(50_000)
  t.equal(told.length, 50_000)
  t.ok(told.every((offset, i) => offset === i + 1))
})

t.test('a stopped relay delivers nothing more', async (t) => {
  const { relay, told } = await relayOn([])
  relay.committed(events(1))
  await relay.stop()
  relay.committed(events(2))
  await new Promise((resolve) => setTimeout(resolve, 20))
  t.same(told, [])
})

t.test('nothing more of a replaced log is delivered, not even a read in progress', async (t) => {
  const log = events(1, 2, 3, 4)
  const { relay, told, hold, nextRead, level } = await relayOn(log)
  t.teardown(() => relay.stop())
  const skips: unknown[] = []
  relay.onSkip((gap) => skips.push(gap))
  let open = () => {}
  hold(
    new Promise((resolve) => {
      open = resolve
    }),
  )
  log.push(...events(5, 6))
  relay.wake()
  await nextRead()
  relay.committed(events(7))
  log.length = 3
  relay.startOver(3)
  log.push(...events(4))
  open()
  await level(4)
  t.same(skips, [undefined])
  t.same(told, [4])
})

t.test('reading missed events yields to other work', async (t) => {
  const log: AnyEvent[] = []
  const { relay, level } = await relayOn(log)
  t.teardown(() => relay.stop())
  let tick = 0
  const count = () => {
    tick++
    if (relay.position < 5_000) setImmediate(count)
  }
  const inTick = new Map<number, number>()
  relay.subscribe((batch) => inTick.set(tick, (inTick.get(tick) ?? 0) + batch.length))
  log.push(...Array.from({ length: 5_000 }, (_, i) => event(i + 1)))
  count()
  relay.wake()
  await level(5_000)
  for (const [at, handedOn] of inTick) t.ok(handedOn <= 512, `${handedOn} events in tick ${at}`)
})

t.test('the relay pauses after a long delivery for as long as the delivery took', async (t) => {
  const { relay, level } = await relayOn([])
  t.teardown(() => relay.stop())
  const begun: number[] = []
  relay.subscribe(() => {
    begun.push(performance.now())
    while (performance.now() < (begun.at(-1) ?? 0) + 30);
  })
  relay.committed(events(1))
  await level(1)
  relay.committed(events(2))
  await level(2)
  const [first = 0, second = 0] = begun
  // 60, minus the early firing of timers; 30 without a rest.
  t.ok(second - first >= 50, `${second - first} ms from one delivery of 30 ms to the next`)
})
