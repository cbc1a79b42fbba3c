import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import t from 'tap'
import { AcceptPace } from '../../src/connections/accept-pace.js'
import { FairScheduler } from '../../src/stream/fair-scheduler.js'

/** Blocks the thread for at least `ms` milliseconds. */
function work(ms: number) {
  const end = performance.now() + ms
  while (performance.now() < end);
}

t.test('work runs at once when no connection is waiting', async (t) => {
  const pace = new AcceptPace(() => 0)
  t.equal(pace.settled('write'), undefined)
  pace.note()
  t.type(pace.settled('write'), Promise)
  await pace.settled('write')
  t.equal(pace.settled('write'), undefined, 'at once again, after a turn without a connection')
})

t.test('work waits while each turn accepts a connection, for a limited number of turns', async (t) => {
  const pace = new AcceptPace(() => 0)
  const turnsUntil = async (kind: 'write' | 'socket') => {
    let turns = 0
    let over = false
    pace.note()
    void pace.settled(kind)?.then(() => {
      over = true
    })
    while (!over) {
      pace.note()
      await nextTurn()
      turns++
    }
    return turns
  }
  const write = await turnsUntil('write')
  const socket = await turnsUntil('socket')
  t.ok(write > 4, `a transaction after ${write} turns`)
  t.ok(
    socket > 2 * write,
    `a handshake after ${socket}: handshakes, the bulk of a reconnect storm, come last`,
  )
})

t.test('work waits for some milliseconds at most, however long turns are', async (t) => {
  let now = 0
  const pace = new AcceptPace(() => now)
  let over = false
  pace.note()
  void pace.settled('write')?.then(() => {
    over = true
  })
  for (let turn = 0; turn < 2; turn++) {
    t.notOk(over)
    pace.note()
    now += 15
    await nextTurn()
  }
  t.ok(over, 'after two turns of 15 ms')
})

t.test('a queue of connections is accepted between few slices of other work', async (t) => {
  const CLIENTS = 300
  const pace = new AcceptPace(() => 0)
  const server = createServer(() => {
    pace.note()
    accepted++
  })
  let accepted = 0
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1_024 })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const clients = Array.from({ length: CLIENTS }, () =>
    connect(port, '127.0.0.1').on('error', () => undefined),
  )
  t.teardown(() => {
    for (const client of clients) client.destroy()
    server.close()
  })
  await Promise.all(clients.map((client) => once(client, 'connect')))

  const turns = new FairScheduler({ sliceMs: 1, rest: 0, settled: () => pace.settled('socket') })
  let slices = 0
  const done = Array.from({ length: CLIENTS }, () =>
    turns.run('one', () => {
      work(2)
      if (accepted < CLIENTS) slices++
    }),
  )
  await Promise.all(done)
  t.equal(accepted, CLIENTS)
  t.ok(slices <= CLIENTS / 20, `${slices} slices ran while ${CLIENTS} connections waited to be accepted`)
})
