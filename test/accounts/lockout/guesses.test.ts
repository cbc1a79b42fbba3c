import t from 'tap'
import { createLocalGuesses } from '../../../src/accounts/lockout/local-guesses.js'
import { createLockout } from '../../../src/accounts/lockout/lockout.js'

const minutes = (count: number) => count * 60_000

/** Returns a promise and a function to resolve it. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

t.test('five wrong guesses lock an account for ten minutes, even for the right password', async (t) => {
  let now = 1_000_000
  const lockout = createLockout({ guesses: createLocalGuesses({ now: () => now }) })
  const wrong = () => lockout.guess('ada@shop.test', async () => undefined)
  const right = () => lockout.guess('ada@shop.test', async () => 'ada')

  for (let i = 0; i < 5; i++) t.equal(await wrong(), undefined)
  await t.rejects(right(), { code: 'account-locked', statusCode: 429, retryAfter: 600 })
  t.equal(await lockout.guess('bob@shop.test', async () => 'bob'), 'bob', 'other accounts are not locked')

  now += minutes(9)
  await t.rejects(right(), { code: 'account-locked', retryAfter: 60 })
  await t.rejects(wrong(), { code: 'account-locked', retryAfter: 60 }, 'a refusal does not prolong the lock')
  now += minutes(1)
  t.equal(await right(), 'ada')
})

t.test('the duration of a lock does not depend on the wall clock', async (t) => {
  const lockout = createLockout()
  for (let i = 0; i < 5; i++) await lockout.guess('ada@shop.test', async () => undefined)
  const realNow = Date.now
  t.teardown(() => {
    Date.now = realNow
  })
  for (const hours of [-1, 1]) {
    Date.now = () => realNow() + hours * minutes(60)
    const refusal = await lockout.guess('ada@shop.test', async () => 'ada').catch((error) => error)
    t.equal(refusal.code, 'account-locked')
    t.ok(refusal.retryAfter > 0 && refusal.retryAfter <= 600, `for ${refusal.retryAfter} s`)
  }
})

t.test('the right password, or ten minutes without a guess, resets the count', async (t) => {
  let now = 1_000_000
  const lockout = createLockout({ guesses: createLocalGuesses({ now: () => now }) })
  const guess = (found?: string) => lockout.guess('ada@shop.test', async () => found)
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 4; i++) await guess()
    if (round === 1) now += minutes(10)
    else t.equal(await guess('ada'), 'ada')
  }
})

t.test('a guess that could not be checked does not count', async (t) => {
  const lockout = createLockout()
  for (let i = 0; i < 10; i++)
    await t.rejects(
      lockout.guess('ada@shop.test', async () => Promise.reject(new Error('busy'))),
      { message: 'busy' },
    )
  t.equal(await lockout.guess('ada@shop.test', async () => 'ada'), 'ada')
})

t.test('a hundred concurrent guesses try five passwords', async (t) => {
  const lockout = createLockout()
  const start = gate()
  let tried = 0
  const guesses = Array.from({ length: 100 }, () =>
    lockout.guess('ada@shop.test', async () => {
      tried++
      await start.opened
      return undefined
    }),
  )
  start.open()
  const outcomes = await Promise.allSettled(guesses)
  t.equal(tried, 5)
  t.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 5)
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  t.ok(refused.every(({ reason }) => reason.code === 'account-locked'))
})

t.test('concurrent right passwords all pass, five at a time, fewer after wrong ones', async (t) => {
  const lockout = createLockout()
  const most = async () => {
    let running = 0
    let peak = 0
    const found = await Promise.all(
      Array.from({ length: 30 }, () =>
        lockout.guess('ada@shop.test', async () => {
          peak = Math.max(peak, ++running)
          await Promise.resolve()
          running--
          return 'ada'
        }),
      ),
    )
    t.ok(found.every((each) => each === 'ada'))
    return peak
  }
  t.equal(await most(), 5)

  for (let i = 0; i < 4; i++) await lockout.guess('ada@shop.test', async () => undefined)
  const first = gate()
  let others = 0
  const slow = lockout.guess('ada@shop.test', async () => {
    await first.opened
    return 'ada'
  })
  const queued = lockout.guess('ada@shop.test', async () => {
    others++
    return 'ada'
  })
  await Promise.resolve()
  t.equal(others, 0, 'one guess remains, so one runs')
  first.open()
  t.same(await Promise.all([slow, queued]), ['ada', 'ada'])
})

t.test('a flood of guesses is bounded in memory and in waiting tasks', async (t) => {
  const lockout = createLockout({ guesses: createLocalGuesses({ maxAccounts: 10 }), maxWaiting: 3 })
  for (let i = 0; i < 5; i++) await lockout.guess('old@shop.test', async () => undefined)
  for (let i = 0; i < 10; i++) await lockout.guess(`${i}@shop.test`, async () => undefined)
  t.equal(await lockout.guess('old@shop.test', async () => 'old'), 'old', 'the oldest count was evicted')

  const start = gate()
  const guesses = Array.from({ length: 9 }, () =>
    lockout.guess('ada@shop.test', async () => {
      await start.opened
      return 'ada'
    }),
  )
  await t.rejects(guesses[8] as Promise<string>, { code: 'overloaded', statusCode: 503 })
  start.open()
  t.equal((await Promise.all(guesses.slice(0, 8))).length, 8)
})
