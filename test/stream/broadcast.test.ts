import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { AnyEvent } from '../../src/contract/events.js'
import { type Broadcast, Relay } from '../../src/stream/relay.js'

const events = (...offsets: number[]): AnyEvent[] =>
  offsets.map((offset) => ({
    offset,
    type: 'stock:changed',
    createdAt: new Date(0).toISOString(),
    data: { productId: 'p', stock: offset },
  }))

/** Blocks the thread for at least `ms` milliseconds, by the clock and of processor time. */
function work(ms: number) {
  const end = performance.now() + ms
  const used = process.cpuUsage()
  const worked = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000
  while (performance.now() < end || worked(process.cpuUsage(used)) < ms);
}

/** A relay at the start of an empty log, which broadcasts to `broadcasts`. */
async function relayTo(t: Test, ...broadcasts: Broadcast[]) {
  const relay = new Relay({
    log: { head: async () => 0, read: async () => [] },
    pollMs: 60_000,
    paceMs: 0,
    onError: (error) => t.fail(String(error)),
  })
  for (const broadcast of broadcasts) relay.broadcast(broadcast)
  await relay.start()
  t.teardown(() => relay.stop())
  return relay
}

/** Waits until `holds`, which takes a few turns of the event loop. */
async function until(holds: () => boolean) {
  while (!holds()) await turn()
}

t.test('a broadcast to thousands lets other work run every few milliseconds', async (t) => {
  const STEPS = 12
  let turns = 0
  const inTurn: number[] = []
  const relay = await relayTo(t, function* () {
    for (let step = 0; step < STEPS; step++) {
      work(6)
      inTurn.push(turns)
      yield
    }
  })
  relay.committed(events(1))
  await until(() => {
    turns++
    return inTurn.length === STEPS
  })
  for (const at of new Set(inTurn))
    t.ok(inTurn.filter((other) => other === at).length <= 4, `at most four steps of 6 ms in turn ${at}`)
})

t.test('all broadcasts begin at once, and later events wait for their end', async (t) => {
  const told: string[] = []
  const broadcastOf =
    (name: string): Broadcast =>
    (batch) => {
      told.push(`${name} begins ${batch[0]?.offset}`)
      return (function* () {
        work(25)
        yield
        work(25)
        yield
        told.push(`${name} ends ${batch[0]?.offset}`)
      })()
    }
  const relay = await relayTo(t, broadcastOf('first'), broadcastOf('second'))
  relay.committed(events(1))
  await until(() => told.length > 0)
  t.equal(relay.position, 1, 'who joins now has read the first event from the log')
  relay.committed(events(2))
  await until(() => told.length === 8)
  t.same(told, [
    ...['first begins 1', 'second begins 1', 'first ends 1', 'second ends 1'],
    ...['first begins 2', 'second begins 2', 'first ends 2', 'second ends 2'],
  ])
})

t.test('a relay that stops ends its broadcast first, without a pause', async (t) => {
  let turns = 0
  const inTurn: number[] = []
  const relay = await relayTo(t, function* () {
    for (let step = 0; step < 20; step++) {
      work(25)
      inTurn.push(turns)
      yield
    }
  })
  relay.committed(events(1))
  await until(() => inTurn.length > 0)
  const before = inTurn.length
  let stopped = false
  void relay.stop().then(() => (stopped = true))
  await until(() => {
    turns++
    return stopped
  })
  t.equal(inTurn.length, 20)
  t.equal(new Set(inTurn.slice(before)).size, 1, 'the other steps are taken in one turn')
})
