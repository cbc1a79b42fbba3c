import bcrypt from 'bcrypt'
import t from 'tap'
import { createLockout } from '../../src/accounts/lockout.js'
import { createOwnGuesses } from '../../src/accounts/own-guesses.js'
import { checksOf, createPasswords, passwordFault } from '../../src/accounts/passwords.js'

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

t.test('a guess takes the same work whatever it is checked against', async (t) => {
  const rounds = (hash: string | undefined, costliest: number) =>
    checksOf(hash, costliest).reduce((sum, each) => sum + 2 ** Number(each.split('$')[2]), 0)
  const at = (cost: string) => `$2b$${cost}$${'x'.repeat(53)}`
  for (const hash of [undefined, '', 'no hash', at('12'), at('11'), at('10'), at('04')])
    t.equal(rounds(hash, 12), 2 ** 12, `${hash}`)
  t.equal(checksOf(at('10'), 12)[0], at('10'), 'the real one is among them')
  t.same(checksOf(at('12'), 12), [at('12')])
})

t.test('unknown accounts, old hashes and impossible passwords take the processor as long', async (t) => {
  const slow = createPasswords({ cost: 10, maxWaiting: 1 })
  const older = createPasswords({ cost: 8, maxWaiting: 1 })
  const dearer = createPasswords({ cost: 11, maxWaiting: 1 })
  t.teardown(() => Promise.all([slow, older, dearer].map((each) => each.close())))
  const hash = await slow.hash('correct horse')
  const old = await older.hash('correct horse')
  const dear = await dearer.hash('correct horse')
  const guesses = [
    ['wrong', 'incorrect horse', hash],
    ['unknown account', 'incorrect horse', undefined],
    ['too long', 'x'.repeat(73), hash],
    ['a NUL', 'correct horse\0', hash],
    ['a cheaper hash', 'incorrect horse', old],
    ['no hash', 'incorrect horse', ''],
    ['a dearer hash', 'incorrect horse', dear],
  ] as const
  // Once a dearer hash was met everybody's guess takes as long as one at that.
  t.equal(await slow.verify('correct horse', dear), true)
  t.equal(await slow.verify('correct horse', old), true)
  // Processor time, in turns, the least of several: collecting garbage adds to some.
  const least = guesses.map(() => Number.POSITIVE_INFINITY)
  for (let round = 0; round < 6; round++)
    for (const [i, [what, password, against]] of guesses.entries()) {
      const before = process.cpuUsage()
      const right = await slow.verify(password, against)
      const { user, system } = process.cpuUsage(before)
      least[i] = Math.min(least[i] ?? 0, user + system)
      if (right) t.fail(`${what} is right`)
    }
  const alike = least.every((time) => time > Math.max(...least) / 1.5)
  t.ok(alike, `${guesses.map(([what], i) => `${what} ${((least[i] ?? 0) / 1000).toFixed(1)} ms`)}`)
})

t.test('a hash of another cost is outdated', async (t) => {
  const hash = await passwords.hash('correct horse')
  t.equal(passwords.isOutdated(hash), false)
  t.equal(createPasswords({ cost: 5, maxWaiting: 1 }).isOutdated(hash), true)
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
