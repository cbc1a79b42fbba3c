import t from 'tap'
import type { GuessAdmission, Guesses } from '../../../src/accounts/lockout/guesses.js'
import { createLocalGuesses } from '../../../src/accounts/lockout/local-guesses.js'
import { createLockout } from '../../../src/accounts/lockout/lockout.js'

const TEN_MINUTES = 600_000
const right = async () => 'found'
const wrong = async () => undefined

/** The guesses of one process under a clock turned by the test, and a lockout going by them. */
function setup(options: { maxWaiting?: number; maxAccounts?: number } = {}) {
  const clock = { now: 1_000 }
  const guesses = createLocalGuesses({ now: () => clock.now, ...options })
  return { clock, guesses, lockout: createLockout({ guesses, ...options }) }
}

/** A check ending on demand. */
function slow<T>(outcome: T) {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  let begun = 0
  const check = async () => {
    begun++
    await ended
    return outcome
  }
  return { check, end: () => end(), begun: () => begun }
}

const turns = async () => {
  for (let i = 0; i < 5; i++) await new Promise(setImmediate)
}

t.test('five wrong guesses lock an account for ten minutes after the last', async (t) => {
  const { clock, lockout } = setup()
  for (let i = 0; i < 4; i++) t.equal(await lockout.guess('ada', wrong), undefined)
  clock.now += TEN_MINUTES - 1
  t.equal(await lockout.guess('ada', wrong), undefined, 'the fifth, before the count expires')
  const locked = { code: 'account-locked', statusCode: 429 }
  await t.rejects(lockout.guess('ada', right), { ...locked, retryAfter: 600 })
  clock.now += TEN_MINUTES - 1_500
  await t.rejects(lockout.guess('ada', right), { ...locked, retryAfter: 2 }, 'whole seconds, rounded up')
  t.equal(await lockout.guess('grace', right), 'found', 'another account is not locked')
  clock.now += 1_500
  t.equal(await lockout.guess('ada', right), 'found')
})

t.test('wrong guesses are forgotten after a right one, and ten minutes after the last', async (t) => {
  const { clock, lockout } = setup()
  for (let i = 0; i < 4; i++) await lockout.guess('ada', wrong)
  t.equal(await lockout.guess('ada', right), 'found')
  for (let i = 0; i < 4; i++) await lockout.guess('ada', wrong)
  clock.now += TEN_MINUTES
  for (let i = 0; i < 4; i++) await lockout.guess('ada', wrong)
  t.equal(await lockout.guess('ada', right), 'found')
})

t.test('a check that throws does not count as a guess', async (t) => {
  const { lockout } = setup()
  const failing = async () => {
    throw new Error('the database is gone')
  }
  for (let i = 0; i < 6; i++) await t.rejects(lockout.guess('ada', failing), { message: /database/ })
  t.equal(await lockout.guess('ada', right), 'found')
})

t.test('no more guesses run at once than remain before the lock', async (t) => {
  const { lockout } = setup()
  await lockout.guess('ada', wrong)
  const { check, end, begun } = slow(undefined)
  const guesses = Array.from({ length: 10 }, () => lockout.guess('ada', check).catch(({ code }) => code))
  await turns()
  t.equal(begun(), 4)
  end()
  t.same(await Promise.all(guesses), [...Array(4).fill(undefined), ...Array(6).fill('account-locked')])
  t.equal(begun(), 4)
})

t.test('the first of two factors leaves the count of wrong guesses', async (t) => {
  const { lockout } = setup()
  for (let i = 0; i < 4; i++) {
    await lockout.guess('ada', wrong)
    t.equal(await lockout.guess('ada', right, () => false), 'found')
  }
  t.equal(await lockout.guess('ada', right), 'found', 'the last one resets it')
  for (let i = 0; i < 5; i++) {
    await lockout.guess('ada', right, (found) => found !== 'found')
    await lockout.guess('ada', wrong)
  }
  await t.rejects(lockout.guess('ada', right), { code: 'account-locked' })
})

t.test('waiting guesses run in order when a slot is free', async (t) => {
  const { lockout } = setup()
  const first = Array.from({ length: 5 }, () => slow('found'))
  const running = first.map(({ check }) => lockout.guess('ada', check))
  const order: number[] = []
  const later = [1, 2, 3].map((n) =>
    lockout.guess('ada', async () => {
      order.push(n)
      return 'found'
    }),
  )
  await turns()
  t.same(order, [])
  first[0]?.end()
  await Promise.all(later)
  t.same(order, [1, 2, 3])
  for (const { end } of first) end()
  t.same(await Promise.all(running), Array(5).fill('found'))
})

t.test('the guesses waiting for one account are limited, and more are refused at once', async (t) => {
  const { lockout } = setup({ maxWaiting: 2 })
  const { check, end } = slow('found')
  const taken = Array.from({ length: 7 }, () => lockout.guess('ada', check))
  await t.rejects(lockout.guess('ada', right), { code: 'overloaded', retryAfter: 1 })
  t.equal(await lockout.guess('grace', right), 'found')
  end()
  await Promise.all(taken)
  t.equal(await lockout.guess('ada', right), 'found')
})

t.test('with a shared count, a guess is retried until it is admitted', async (t) => {
  const answers: (GuessAdmission | Error)[] = ['wait', 'wait', 'in']
  const left: string[] = []
  const guesses: Guesses = {
    pollMs: 1,
    async enter() {
      const answer = answers.shift() ?? 'in'
      if (answer instanceof Error) throw answer
      return answer
    },
    leave: (account, _guess, outcome) => void left.push(`${account} ${outcome}`),
  }
  const lockout = createLockout({ guesses })
  const patient = setTimeout(() => {}, 60_000) // its timers do not keep a process alive
  t.teardown(() => clearTimeout(patient))
  t.equal(await lockout.guess('ada', right), 'found')
  t.same(answers, [])
  t.equal(await lockout.guess('ada', wrong), undefined)
  t.same(left, ['ada right', 'ada wrong'])
  answers.push(new Error('no answer'))
  await t.rejects(lockout.guess('ada', right), { message: 'no answer' })
  t.equal(await lockout.guess('ada', right), 'found')
})

t.test('a shared count is adopted, and a known lock is never shortened', async (t) => {
  const { clock, guesses } = setup()
  guesses.note('ada', 4, 5_000)
  t.equal(guesses.lockedMs('ada'), 0)
  t.equal(guesses.enter('ada', 'g1'), 'in')
  t.equal(guesses.enter('ada', 'g2'), 'wait', 'one wrong guess remains')
  guesses.leave('ada', 'g1', 'none')
  t.equal(guesses.enter('ada', 'g2'), 'in')
  guesses.note('ada', 5, 5_000)
  t.equal(guesses.lockedMs('ada'), 5_000)
  t.same(guesses.enter('ada', 'g3'), { lockedMs: 5_000 })
  guesses.note('ada', 0, 0)
  guesses.note('ada', 3, 9_000)
  t.equal(guesses.lockedMs('ada'), 5_000)
  guesses.note('ada', 6, 7_000)
  t.equal(guesses.lockedMs('ada'), 7_000)
  guesses.note('ada', 5, 8_000)
  t.equal(guesses.lockedMs('ada'), 8_000)
  clock.now += 8_000
  t.equal(guesses.lockedMs('ada'), 0)
  guesses.note('ada', 4, 1_000)
  guesses.note('ada', 0, 0)
  for (const guess of ['a', 'b', 'c', 'd']) t.equal(guesses.enter('ada', guess), 'in', 'the count is zero')
})

t.test(
  'guesses admitted elsewhere take a slot, and the least recently used account is evicted',
  async (t) => {
    const { guesses } = setup({ maxAccounts: 2 })
    for (const guess of ['a', 'b', 'c', 'd', 'e']) guesses.join('ada', guess)
    t.equal(guesses.enter('ada', 'f'), 'wait')
    for (const account of ['grace', 'mary', 'joan']) guesses.note(account, 5, 1_000)
    t.equal(guesses.lockedMs('grace'), 0)
    t.equal(guesses.lockedMs('joan'), 1_000)
  },
)
