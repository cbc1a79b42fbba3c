import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import bcrypt from 'bcrypt'
import fc from 'fast-check'
import t from 'tap'
import { checksOf, costOf, createPasswords } from '../../../src/accounts/passwords/hashing.js'

const passwords = createPasswords({ cost: 4, maxWaiting: 100 })

t.test('a password is never truncated before it is compared', async (t) => {
  const beyond = `${'x'.repeat(71)}yz` // 73 bytes: bcrypt reads 72
  const hash = await passwords.hash(beyond)
  t.match(hash, /^\$bcrypt-sha256\$v=2,t=2b,r=4\$[./\w]{22}\$[./\w]{31}$/)
  t.equal(await passwords.verify(beyond, hash), true)
  for (const other of [beyond.slice(0, -1), `${beyond}z`, beyond.toUpperCase(), ` ${beyond}`])
    t.equal(await passwords.verify(other, hash), false, other)
  const within = beyond.slice(0, -1)
  const short = await bcrypt.hash(within, 4)
  t.equal(
    await passwords.verify(within, short),
    true,
    "a password within bcrypt's limit is hashed by bcrypt alone",
  )
  t.equal(await bcrypt.compare(`${within}z`, short), true, 'bcrypt itself ignores what follows byte 72')
  t.equal(await passwords.verify(`${within}z`, short), false)
  const characters = '長'.repeat(127)
  const long = await passwords.hash(`${characters}い`)
  t.equal(await passwords.verify(`${characters}い`, long), true)
  t.equal(await passwords.verify(`${characters}ろ`, long), false)
  t.not(await passwords.hash(beyond), hash, 'each hash has its own salt')

  const plain = await passwords.hash('correct horse')
  t.equal(await passwords.verify('Correct horse', plain), false)
  t.equal(await passwords.verify('correct horse\0', plain), false)
  t.equal(await passwords.verify('', plain), false)
  t.equal(await passwords.verify('correct horse', undefined), false, 'without an account')
  t.equal(await passwords.verify('', undefined), false, 'the placeholder hash matches no password')
  await t.rejects(passwords.hash('correct\0horse'), RangeError)
})

t.test('no two passwords match the same hash, whatever they share', async (t) => {
  const text = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 128 })
    .filter((each) => !each.includes('\0'))
  const tail = fc.string({ unit: 'binary', maxLength: 3 }).filter((each) => !each.includes('\0'))
  await fc.assert(
    fc.asyncProperty(text, tail, tail, async (head, one, other) => {
      const hash = await passwords.hash(head + one)
      t.equal(costOf(hash), 4)
      t.ok(hash.length <= 100, 'the width of its column')
      t.equal(hash.startsWith('$2b$'), Buffer.byteLength(head + one) <= 72)
      t.equal(await passwords.verify(head + one, hash), true)
      t.equal(await passwords.verify(head + other, hash), one === other)
    }),
    { numRuns: 50 },
  )
})

t.test('hashes of long passwords are those of Passlib', async (t) => {
  // From its documentation: it hashes short passwords in this format too.
  const hash = '$bcrypt-sha256$v=2,t=2b,r=12$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2'
  t.equal(await passwords.verify('password', hash), true)
  t.equal(await passwords.verify('passwore', hash), false)
})

t.test(
  'a long password matches its hash from before the format for long ones, which is outdated',
  async (t) => {
    const long = 'Корабельный лес шумит над тёмною водою реки'
    t.ok(Buffer.byteLength(long) > 72)
    const salt = bcrypt.genSaltSync(4)
    const shortened = createHmac('sha256', salt).update(long).digest('base64')
    const old = bcrypt.hashSync(shortened, salt)
    t.equal(await passwords.verify(long, old), true)
    t.equal(await passwords.verify(`${long}.`, old), false)
    t.equal(passwords.isOutdated(old, long), true)
    const hash = await passwords.hash(long)
    t.equal(passwords.isOutdated(hash, long), false)
    t.equal(
      await passwords.verify(
        createHmac('sha256', hash.split('$')[3] ?? '')
          .update(long)
          .digest('base64'),
        hash,
      ),
      false,
    )
  },
)

t.test('a guess does the same work whatever hash it is checked against', async (t) => {
  const rounds = (hash: string | undefined, costliest: number) =>
    checksOf(hash, costliest).reduce((sum, each) => sum + 2 ** Number(each.split('$')[2]), 0)
  const at = (cost: string) => `$2b$${cost}$${'x'.repeat(53)}`
  for (const hash of [undefined, '', 'no hash', at('12'), at('11'), at('10'), at('04')])
    t.equal(rounds(hash, 12), 2 ** 12, `${hash}`)
  t.equal(checksOf(at('10'), 12)[0], at('10'), 'the stored hash is one of them')
  t.same(checksOf(at('12'), 12), [at('12')])
})

t.test('unknown accounts, old hashes and impossible passwords take the same CPU time', async (t) => {
  const slow = createPasswords({ cost: 8, maxWaiting: 1 })
  const older = createPasswords({ cost: 6, maxWaiting: 1 })
  const dearer = createPasswords({ cost: 9, maxWaiting: 1 })
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
    ['a costlier hash', 'incorrect horse', dear],
  ] as const
  // Once a costlier hash has been seen, every guess takes as long as one against it.
  t.equal(await slow.verify('correct horse', dear), true)
  t.equal(await slow.verify('correct horse', old), true)
  // CPU time, in alternating rounds, minimum of several: garbage collection inflates some.
  const least = guesses.map(() => Number.POSITIVE_INFINITY)
  for (let round = 0; round < 6; round++)
    for (const [i, [what, password, against]] of guesses.entries()) {
      const before = process.cpuUsage()
      const right = await slow.verify(password, against)
      const { user, system } = process.cpuUsage(before)
      least[i] = Math.min(least[i] ?? 0, user + system)
      if (right) t.fail(`${what} is accepted`)
    }
  const alike = least.every((time) => time > Math.max(...least) / 1.5)
  t.ok(alike, `${guesses.map(([what], i) => `${what} ${((least[i] ?? 0) / 1000).toFixed(1)} ms`)}`)
})

t.test(
  'hashing runs at a lower priority than the rest of the process',
  { skip: process.platform !== 'linux' },
  async (t) => {
    /** Reads each thread's niceness: the 19th field, counted after the second, which may contain spaces. */
    const nicenesses = () =>
      readdirSync('/proc/self/task').map((thread) => {
        const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1')
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
      })
    const polite = createPasswords({ cost: 4, niceness: 7, maxWaiting: 1 })
    t.teardown(() => polite.close())
    const own = getPriority()
    t.notOk(nicenesses().includes(own + 7))
    await polite.hash('correct horse')
    t.ok(nicenesses().includes(own + 7))
    t.equal(getPriority(), own)
  },
)

t.test('a hash of another cost is outdated', async (t) => {
  const hash = await passwords.hash('correct horse')
  t.equal(passwords.isOutdated(hash, 'correct horse'), false)
  const dearer = createPasswords({ cost: 5, maxWaiting: 1 })
  t.equal(dearer.isOutdated(hash, 'correct horse'), true)
  const long = 'x'.repeat(73)
  t.equal(dearer.isOutdated(await passwords.hash(long), long), true)
})
