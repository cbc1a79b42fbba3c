import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { type Caller, Lane } from '../../src/db/lane.js'
import { ReadSteps } from '../../src/db/read-steps.js'

const caller = (client: string, gone = () => false): Caller => ({ client, gone })
const standard = { atOnce: 1, waiting: 100, waitingOfClient: 100, patience: 60_000 }

t.test('clients are served in turn, however many requests one of them has', async (t) => {
  const lane = new Lane(standard)
  const served: string[] = []
  const serve = async (client: string) => {
    const leave = await lane.enter(caller(client))
    served.push(client)
    await turn()
    leave()
  }
  await Promise.all(['a', 'a', 'a', 'a', 'b', 'c', 'c'].map(serve))
  t.equal(served.join(''), 'aabcaca')
  t.equal(lane.waiting, 0)
})

t.test('no more than allowed run at once', async (t) => {
  const lane = new Lane({ ...standard, atOnce: 2 })
  let running = 0
  let most = 0
  const serve = async () => {
    const leave = await lane.enter(caller('a'))
    most = Math.max(most, ++running)
    await turn()
    running--
    leave()
  }
  await Promise.all(Array.from({ length: 10 }, serve))
  t.equal(most, 2)
})

t.test('who would wait behind too many is refused, and told when to come again', async (t) => {
  const lane = new Lane({ ...standard, waiting: 3, waitingOfClient: 2 })
  const leave = await lane.enter(caller('a'))
  const waiting = [lane.enter(caller('a')), lane.enter(caller('a')), lane.enter(caller('b'))]
  const refused = { code: 'overloaded', statusCode: 503, retryAfter: 2 }
  await t.rejects(lane.enter(caller('a')), refused, 'of one client')
  await t.rejects(lane.enter(caller('c')), refused, 'of all')
  leave()
  await Promise.all(waiting.map(async (entered) => (await entered)()))
  t.equal(lane.waiting, 0)
  ;(await lane.enter(caller('c')))()
})

t.test('who waits for too long is refused', async (t) => {
  const lane = new Lane({ ...standard, patience: 1 })
  const leave = await lane.enter(caller('a'))
  await t.rejects(lane.enter(caller('b')), { code: 'overloaded' })
  leave()
  const again = await lane.enter(caller('b'))
  t.equal(lane.waiting, 0)
  again()
})

t.test('work whose caller has gone is not started, and takes nobody’s place', async (t) => {
  const lane = new Lane({ ...standard, waiting: 2 })
  const leave = await lane.enter(caller('a'))
  let there = true
  const left = [1, 2].map(() => lane.enter(caller('b', () => !there)))
  const refusals = Promise.all(left.map((one) => t.rejects(one, { code: 'client-gone' })))
  there = false
  const stays = lane.enter(caller('c'))
  await refusals
  leave()
  ;(await stays)()
  t.equal(lane.waiting, 0)
})

t.test('reads on this thread leave others a turn between their steps', async (t) => {
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

t.test('short reads share a turn, and a failed one keeps nobody waiting', async (t) => {
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
