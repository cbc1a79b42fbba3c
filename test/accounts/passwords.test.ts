import bcrypt from 'bcrypt'
import t from 'tap'
import { createLockout } from '../../src/accounts/lockout.js'
import { createOwnGuesses } from '../../src/accounts/own-guesses.js'
import { createPasswords, passwordFault } from '../../src/accounts/passwords.js'
import { createWorkQueue } from '../../src/accounts/work-queue.js'

const passwords = createPasswords({ cost: 4, maxWaiting: 100 })
const minutes = (count: number) => count * 60_000

/** A promise and the means to settle it. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

t.test('a new password must be long enough, short enough for bcrypt, and uncommon', async (t) => {
  const faulty: [string, RegExp][] = [
    ['sevenCh', /8 characters/],
    ['🔑🔑🔑🔑🔑🔑🔑', /8 characters/], // 28 bytes, but seven characters
    ['é'.repeat(36) + 'x', /72 bytes/], // 37 characters, 73 bytes
    ['x'.repeat(73), /72 bytes/],
    ['long enough\0but cut', /NUL/],
    ['password', /commonest/],
    ['PassWord1', /commonest/],
  ]
  for (const [password, fault] of faulty) t.match(passwordFault(password), fault, JSON.stringify(password))
  for (const password of ['8 chars!', 'é'.repeat(36), '🔑'.repeat(8), 'x'.repeat(72)])
    t.equal(passwordFault(password), undefined, password)
})

t.test('a password is right or wrong, and never cut short', async (t) => {
  const longest = 'x'.repeat(72)
  const hash = await passwords.hash(longest)
  t.match(hash, /^\$2b\$04\$/)
  t.equal(await passwords.verify(longest, hash), true)
  t.equal(await passwords.verify('x'.repeat(71), hash), false)
  t.equal(await bcrypt.compare(`${longest}y`, hash), true, 'bcrypt itself ignores what comes after')
  t.equal(await passwords.verify(`${longest}y`, hash), false)

  const plain = await passwords.hash('correct horse')
  t.equal(await passwords.verify('correct horse\0', plain), false)
  t.equal(await passwords.verify('', plain), false)
  t.equal(await passwords.verify('correct horse', undefined), false, 'without an account')
  t.equal(await passwords.verify('', undefined), false, 'the stand-in has no password')
  await t.rejects(passwords.hash(`${longest}y`), RangeError)
  await t.rejects(passwords.hash('correct\0horse'), RangeError)
})

t.test('an unknown account and an impossible password take as long as a wrong one', async (t) => {
  const slow = createPasswords({ cost: 10, maxWaiting: 1 })
  const hash = await slow.hash('correct horse')
  const guesses = [
    ['wrong', 'incorrect horse', hash],
    ['unknown account', 'incorrect horse', undefined],
    ['too long', 'x'.repeat(73), hash],
    ['a NUL', 'correct horse\0', hash],
  ] as const
  // The least of many, taken in turns: whoever else uses the machine can make a guess slower and never quicker.
  const least = guesses.map(() => Number.POSITIVE_INFINITY)
  const alike = () => least.every((time) => time > Math.max(...least) / 2)
  for (let round = 0; round < 5 || (round < 60 && !alike()); round++)
    for (const [i, [what, password, against]] of guesses.entries()) {
      const start = performance.now()
      const right = await slow.verify(password, against)
      least[i] = Math.min(least[i] ?? 0, performance.now() - start)
      if (right) t.fail(`${what} is right`)
    }
  t.ok(alike(), `${guesses.map(([what], i) => `${what} ${least[i]?.toFixed(1)} ms`)}`)
})

t.test('a hash of another cost is outdated', async (t) => {
  const hash = await passwords.hash('correct horse')
  t.equal(passwords.isOutdated(hash), false)
  t.equal(createPasswords({ cost: 5, maxWaiting: 1 }).isOutdated(hash), true)
})

t.test('a queue runs so many tasks at once, in order, and refuses what is too much', async (t) => {
  const run = createWorkQueue({ atOnce: 2, maxWaiting: 2 })
  const gates = [gate(), gate(), gate(), gate()]
  const started: number[] = []
  const results = gates.map((each, i) =>
    run(async () => {
      started.push(i)
      await each.opened
      if (i === 1) throw new Error('a task failed')
      return i
    }),
  )
  const failed = t.rejects(results[1] as Promise<number>, { message: 'a task failed' })
  t.same(started, [0, 1])
  await t.rejects(
    run(async () => 4),
    { code: 'overloaded', statusCode: 503, retryAfter: 2 },
  )
  gates[1]?.open()
  await failed
  t.same(started, [0, 1, 2], 'a failed task makes room too')
  for (const { open } of gates) open()
  t.same(await Promise.all([results[0], results[2], results[3]]), [0, 2, 3])
  t.equal(await run(async () => 5), 5, 'with room for more when all is done')
})

t.test('five wrong guesses lock an account for ten minutes, for the right password too', async (t) => {
  let now = 1_000_000
  const lockout = createLockout({ guesses: createOwnGuesses({ now: () => now }) })
  const wrong = () => lockout.guess('ada@shop.test', async () => undefined)
  const right = () => lockout.guess('ada@shop.test', async () => 'ada')

  for (let i = 0; i < 5; i++) t.equal(await wrong(), undefined)
  await t.rejects(right(), { code: 'account-locked', statusCode: 429, retryAfter: 600 })
  t.equal(await lockout.guess('bob@shop.test', async () => 'bob'), 'bob', 'nobody else is locked')

  now += minutes(9)
  await t.rejects(right(), { code: 'account-locked', retryAfter: 60 })
  await t.rejects(wrong(), { code: 'account-locked', retryAfter: 60 }, 'and being refused prolongs nothing')
  now += minutes(1)
  t.equal(await right(), 'ada')
})

t.test('a lock lasts as long whatever the time of day is set to', async (t) => {
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

t.test('the right password, or ten quiet minutes, make a clean slate', async (t) => {
  let now = 1_000_000
  const lockout = createLockout({ guesses: createOwnGuesses({ now: () => now }) })
  const guess = (found?: string) => lockout.guess('ada@shop.test', async () => found)
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 4; i++) await guess()
    if (round === 1) now += minutes(10)
    else t.equal(await guess('ada'), 'ada')
  }
})

t.test('a guess that could not be checked counts for nothing', async (t) => {
  const lockout = createLockout()
  for (let i = 0; i < 10; i++)
    await t.rejects(
      lockout.guess('ada@shop.test', async () => Promise.reject(new Error('busy'))),
      { message: 'busy' },
    )
  t.equal(await lockout.guess('ada@shop.test', async () => 'ada'), 'ada')
})

t.test('a hundred guesses sent at once try five passwords', async (t) => {
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

t.test('right passwords sent at once all pass, five at a time, fewer after wrong ones', async (t) => {
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
  t.equal(others, 0, 'one guess is left, so one runs')
  first.open()
  t.same(await Promise.all([slow, queued]), ['ada', 'ada'])
})

t.test('a flood of guesses is bounded in memory and in waiting', async (t) => {
  const lockout = createLockout({ guesses: createOwnGuesses({ maxAccounts: 10 }), maxWaiting: 3 })
  for (let i = 0; i < 5; i++) await lockout.guess('old@shop.test', async () => undefined)
  for (let i = 0; i < 10; i++) await lockout.guess(`${i}@shop.test`, async () => undefined)
  t.equal(await lockout.guess('old@shop.test', async () => 'old'), 'old', 'the oldest count was forgotten')

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
