import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { Expired } from '../../src/orders/expire-orders.js'
import { ExpirySweeper } from '../../src/orders/expiry-sweeper.js'
import { until } from '../helpers/redis-server.js'

/** Starts a sweeper of a shop in which one order expires at `expiresAt` by the clock `now`. */
function sweep(t: Test, { now, expiresAt }: { now: () => number; expiresAt: number | undefined }) {
  const shop = {
    expiresAt,
    expired: 0,
    looks: 0,
    fault: undefined as Error | undefined,
    failures: [] as unknown[],
  }
  const sweeper = new ExpirySweeper({
    untilNextExpiry: async () => {
      shop.looks++
      if (shop.fault) throw shop.fault
      return shop.expiresAt === undefined ? undefined : shop.expiresAt - now()
    },
    expireDue: async (): Promise<Expired> => {
      if (shop.expiresAt === undefined) return { due: 0, cancelled: 0, ms: 0, isMore: false }
      shop.expiresAt = undefined
      return { due: 1, cancelled: 1, ms: 0, isMore: false }
    },
    isBusy: () => false,
    onExpired: (orders) => {
      shop.expired += orders
    },
    onFailure: (error) => shop.failures.push(error),
  })
  sweeper.start()
  t.teardown(() => sweeper.close())
  return { shop, sweeper }
}

t.test('it sleeps until the next expiry, and not much longer', async (t) => {
  const start = performance.now()
  const now = () => performance.now() - start
  const { shop } = sweep(t, { now, expiresAt: 200 })
  await until(() => shop.expired === 1)
  t.ok(now() >= 200, 'not before it expires')
  t.ok(shop.looks < 10, `${shop.looks} looks`)
})

t.test('a clock that is set back delays no look, and cancels nothing early', async (t) => {
  const clock = { now: 1_000_000 }
  const { shop } = sweep(t, { now: () => clock.now, expiresAt: 1_000_100 })
  await until(() => shop.looks > 0)
  clock.now -= 3_600_000
  const { looks } = shop
  await until(() => shop.looks > looks + 1)
  t.equal(shop.expired, 0)
  clock.now = 1_000_100
  await until(() => shop.expired === 1)
})

t.test(
  'a clock that is set forward, or another process, brings an expiry nearer than the pause',
  async (t) => {
    const clock = { now: 0 }
    const { shop } = sweep(t, { now: () => clock.now, expiresAt: 86_400_000 })
    await until(() => shop.looks > 0)
    clock.now = 86_400_000
    await until(() => shop.expired === 1)
    await sleep(20)
    t.equal(shop.expired, 1)
    shop.expiresAt = clock.now
    await until(() => shop.expired === 2)
  },
)

t.test('a failure is reported once, and so is its end', async (t) => {
  const { shop } = sweep(t, { now: () => 0, expiresAt: undefined })
  shop.fault = new Error('the disk is on fire')
  await until(() => shop.failures.length === 1)
  const { looks } = shop
  await until(() => shop.looks > looks + 1)
  t.same(shop.failures, [shop.fault])
  const { fault } = shop
  shop.fault = undefined
  shop.expiresAt = 0
  await until(() => shop.expired === 1)
  t.same(shop.failures, [fault, undefined])
})

t.test('closing waits for the step in progress, and makes no other', async (t) => {
  let finish = () => {}
  let [steps, done] = [0, false]
  const sweeper = new ExpirySweeper({
    untilNextExpiry: async () => -1,
    expireDue: () =>
      new Promise<Expired>((resolve) => {
        steps++
        finish = () => {
          done = true
          resolve({ due: 1, cancelled: 1, ms: 0, isMore: false })
        }
      }),
    isBusy: () => false,
    onExpired: () => {},
    onFailure: () => {},
  })
  sweeper.start()
  await until(() => steps === 1)
  const closed = sweeper.close().then(() => t.equal(done, true))
  setImmediate(finish)
  await closed
  t.equal(steps, 1)
})

t.test('after a step that another process was quicker at, it pauses', async (t) => {
  let steps = 0
  const start = performance.now()
  const sweeper = new ExpirySweeper({
    untilNextExpiry: async () => -1,
    expireDue: async () => {
      steps++
      return { due: 250, cancelled: 0, ms: 0, isMore: false }
    },
    isBusy: () => false,
    onExpired: () => t.fail('nothing was cancelled'),
    onFailure: () => {},
  })
  sweeper.start()
  await until(() => steps === 4)
  await sweeper.close()
  t.ok(performance.now() - start >= 140, 'three pauses of 50 ms at least')
})

t.test('while orders wait, it pauses as long as its step took', async (t) => {
  let [steps, busy] = [0, true]
  const start = performance.now()
  const sweeper = new ExpirySweeper({
    untilNextExpiry: async () => -1,
    expireDue: async () => {
      steps++
      return { due: 1, cancelled: 1, ms: 60, isMore: false }
    },
    isBusy: () => busy,
    onExpired: () => {},
    onFailure: () => {},
  })
  sweeper.start()
  await until(() => steps === 4)
  t.ok(performance.now() - start >= 175, 'three pauses of 60 ms')
  busy = false
  const from = steps
  await until(() => steps >= from + 100)
  await sweeper.close()
})
