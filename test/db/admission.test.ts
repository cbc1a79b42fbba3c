import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { AcceptPace } from '../../src/connections/accept-pace.js'
import { Admission, type Caller } from '../../src/db/admission.js'
import { ReadSteps } from '../../src/db/read-steps.js'

const caller = (client: string, gone = () => false): Caller => ({ client, gone })
const standard = { atOnce: 1, waiting: 100, waitingOfClient: 100, patience: 60_000 }

t.test('clients take turns, however many requests one of them has', async (t) => {
  const admission = new Admission(standard)
  const served: string[] = []
  const serve = async (client: string) => {
    const leave = await admission.enter(caller(client))
    served.push(client)
    await turn()
    leave()
  }
  await Promise.all(['a', 'a', 'a', 'a', 'b', 'c', 'c'].map(serve))
  t.equal(served.join(''), 'aabcaca')
  t.equal(admission.waiting, 0)
})

t.test('no more reads run at once than allowed', async (t) => {
  const admission = new Admission({ ...standard, atOnce: 2 })
  let running = 0
  let most = 0
  const serve = async () => {
    const leave = await admission.enter(caller('a'))
    most = Math.max(most, ++running)
    await turn()
    running--
    leave()
  }
  await Promise.all(Array.from({ length: 10 }, serve))
  t.equal(most, 2)
})

t.test('a read behind a full queue is refused with a time to retry', async (t) => {
  const admission = new Admission({ ...standard, waiting: 3, waitingOfClient: 2 })
  const leave = await admission.enter(caller('a'))
  const waiting = [admission.enter(caller('a')), admission.enter(caller('a')), admission.enter(caller('b'))]
  const refused = { code: 'overloaded', statusCode: 503, retryAfter: 2 }
  await t.rejects(admission.enter(caller('a')), refused, 'the limit of one client')
  await t.rejects(admission.enter(caller('c')), refused, 'the limit of all')
  leave()
  await Promise.all(waiting.map(async (entered) => (await entered)()))
  t.equal(admission.waiting, 0)
  ;(await admission.enter(caller('c')))()
})

t.test('a read that waits for too long is refused', async (t) => {
  const admission = new Admission({ ...standard, patience: 1 })
  const leave = await admission.enter(caller('a'))
  await t.rejects(admission.enter(caller('b')), { code: 'overloaded' })
  leave()
  const again = await admission.enter(caller('b'))
  t.equal(admission.waiting, 0)
  again()
})

t.test('a read whose caller has gone is not started, and frees its place', async (t) => {
  const admission = new Admission({ ...standard, waiting: 2 })
  const leave = await admission.enter(caller('a'))
  let there = true
  const left = [1, 2].map(() => admission.enter(caller('b', () => !there)))
  const refusals = Promise.all(left.map((one) => t.rejects(one, { code: 'client-gone' })))
  there = false
  const stays = admission.enter(caller('c'))
  await refusals
  leave()
  ;(await stays)()
  t.equal(admission.waiting, 0)
})

t.test('reads on this thread yield to the event loop between their steps', async (t) => {
  const steps = new ReadSteps({ remote: false, atOnce: 1 })
  let turns = 0
  let counting = true
  const count = async () => {
    for (; counting; turns++) await turn()
  }
  const counted = count()
  const STEPS = 12
  const long = async () => {
    const until = performance.now() + 5
    while (performance.now() < until);
  }
  await Promise.all(Array.from({ length: STEPS }, () => steps.step(long)))
  t.ok(turns >= STEPS - 1, `${turns} turns in ${STEPS} steps`)
  counting = false
  await counted
})

t.test('short reads share a turn of the event loop, and a failed one does not delay others', async (t) => {
  const steps = new ReadSteps({ remote: false, atOnce: 1 })
  const order: number[] = []
  const done = Promise.all(
    [0, 1, 2, 3].map(async (i) => {
      try {
        await steps.step(async () => {
          if (i === 1) throw new Error('no')
        })
      } catch {}
      order.push(i)
    }),
  )
  await Promise.race([done, turn().then(() => sleep(0))])
  t.same(order, [0, 1, 2, 3])
})

t.test('steps on this thread wait while connections are accepted', async (t) => {
  const pace = new AcceptPace(() => 0) // on a busy machine its limit in milliseconds could end
  const steps = new ReadSteps({ remote: false, atOnce: 1, settled: () => pace.settled('write') })
  let isRead = false
  pace.note()
  const read = steps.step(async () => {
    isRead = true
  })
  for (let i = 0; i < 4; i++) {
    pace.note()
    await turn()
    t.notOk(isRead)
  }
  await read
})
