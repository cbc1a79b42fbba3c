import t, { type Test } from 'tap'
import { createCodes } from '../../../src/accounts/mfa/codes.js'
import { newRecoveryCodes, replaceRecoveryCodes } from '../../../src/accounts/mfa/recovery-codes.js'
import { createSecretBox } from '../../../src/accounts/mfa/secret-box.js'
import { newTotpSecret } from '../../../src/accounts/mfa/totp-codes.js'
import { addUser, engineDb } from '../../helpers/engine-db.js'
import { codeOf } from '../../helpers/mfa.js'

const [OLD, NEW] = ['Q0vN7xkzJm2RtYc5LpWsHd9eGfUa4BiK', '3kfJ8sLwq1ZxPo6VtRbYn0MhCd5GeUaT']
const boxOf = (...secrets: string[]) => createSecretBox({ secrets, purpose: 'totp' })

/** Creates a user with a confirmed secret, and codes with a clock controlled by the test. */
async function setup(t: Test) {
  const { db } = await engineDb(t)
  const userId = await addUser(db)
  const secret = newTotpSecret()
  const { keyId, text } = boxOf(OLD).seal(secret, userId)
  const at = new Date()
  await db.write((tx) =>
    tx.totp.create({ data: { userId, secret: text, keyId, createdAt: at, confirmedAt: at } }),
  )
  const clock = { now: 1_800_000_015_000 }
  const codesOf = (...secrets: string[]) => createCodes({ db, box: boxOf(...secrets), now: () => clock.now })
  const use = (code: string, id = userId, codes = codesOf(OLD)) => db.write((tx) => codes.use(tx, id, code))
  const codeAt = (steps = 0) => codeOf(secret, clock.now + steps * 30_000)
  const row = () => db.read.totp.findUniqueOrThrow({ where: { userId } })
  return { db, userId, clock, use, codeAt, codesOf, row }
}

t.test('a code is valid once, and so is every older one after it', async (t) => {
  const { clock, use, codeAt } = await setup(t)
  t.equal(await use(codeAt()), 'totp')
  t.equal(await use(codeAt()), undefined, 'used')
  t.equal(await use(codeAt(-1)), undefined, 'older')
  const next = codeAt(1)
  t.equal(await use(` ${next.slice(0, 3)} ${next.slice(3)} `), 'totp', 'with blanks, one step early')
  clock.now += 30_000
  t.equal(await use(codeAt()), undefined, 'the same code in its own time')
  clock.now += 30_000
  t.equal(await use(codeAt()), 'totp')
  for (const code of ['', '000', 'x'.repeat(24), `${codeAt(1)}0`]) t.equal(await use(code), undefined, code)
})

t.test('of concurrent uses of one code, one succeeds', async (t) => {
  const { db, userId, use, codeAt } = await setup(t)
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => use(codeAt())))
  t.equal(outcomes.filter((outcome) => outcome === 'totp').length, 1)
  const [code = ''] = newRecoveryCodes()
  await db.write((tx) => replaceRecoveryCodes(tx, userId, [code]))
  const recoveries = await Promise.all(Array.from({ length: 8 }, () => use(code)))
  t.equal(recoveries.filter((outcome) => outcome === 'recovery-code').length, 1)
})

t.test('a recovery code is valid once, for its user, however it is typed', async (t) => {
  const { db, userId, use } = await setup(t)
  const other = await addUser(db)
  const codes = newRecoveryCodes()
  t.equal(new Set(codes).size, 10)
  for (const code of codes) t.match(code, /^([0-9a-hjkmnp-tv-z]{4}-){5}[0-9a-hjkmnp-tv-z]{4}$/)
  await db.write((tx) => replaceRecoveryCodes(tx, userId, codes))
  const [first = '', second = '', third = ''] = codes
  const stored = JSON.stringify(await db.read.recoveryCode.findMany())
  for (const code of codes) {
    t.notMatch(stored, code)
    t.notMatch(stored, code.replaceAll('-', ''))
  }
  t.equal(await use(first, other), undefined)
  t.equal(
    await use(first.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l')),
    'recovery-code',
  )
  t.equal(await use(first), undefined)
  t.equal(await use(second.replaceAll('-', '')), 'recovery-code')
  await db.write((tx) => replaceRecoveryCodes(tx, userId, newRecoveryCodes()))
  t.equal(await use(third), undefined, 'replaced')
  t.equal(await db.read.recoveryCode.count(), 10)
})

t.test('a secret moves to the first key at its next use, and a missing key is an error', async (t) => {
  const { db, userId, clock, use, codeAt, codesOf, row } = await setup(t)
  const before = await row()
  await t.rejects(use(codeAt(), userId, codesOf(NEW)), {
    code: 'unavailable',
    cause: { name: 'UnknownKey', message: new RegExp(before.keyId) },
  })
  t.same(await row(), before, 'nothing is lost')
  t.equal(await use(codeAt(), userId, codesOf(NEW, OLD)), 'totp')
  t.not((await row()).keyId, before.keyId)
  clock.now += 30_000
  t.equal(await use(codeAt(), userId, codesOf(NEW)), 'totp', 'without the old key')
  const { keyId, secret } = await row()
  clock.now += 30_000
  await use(codeAt(), userId, codesOf(NEW))
  t.match(await row(), { keyId, secret }, 'encrypted anew only if the key changes')

  const [code = ''] = newRecoveryCodes()
  await db.write((tx) => replaceRecoveryCodes(tx, userId, [code]))
  t.equal(await use(code, userId, codesOf(OLD)), 'recovery-code', 'needs no key')
})

t.test('a secret that is not confirmed, or of another user, accepts no code', async (t) => {
  const { db, userId, use, codeAt, codesOf } = await setup(t)
  const other = await addUser(db)
  t.equal(await use(codeAt(), other), undefined)
  await db.write((tx) => tx.totp.update({ where: { userId }, data: { confirmedAt: null } }))
  t.equal(await use(codeAt()), undefined)
  t.equal(await db.write((tx) => codesOf(OLD).useTotp(tx, userId, codeAt(), true)), true, 'confirms it')
  t.equal(await db.write((tx) => codesOf(OLD).useTotp(tx, userId, codeAt(1), true)), false, 'but once')

  await db.write(async (tx) => {
    const row = await tx.totp.delete({ where: { userId } })
    await tx.totp.create({ data: { ...row, userId: other } })
  })
  const error = await use(codeAt(1), other).catch((reason) => reason)
  t.ok(error instanceof Error, 'a row that was moved to another user does not decrypt')
  t.not(error.code, 'unavailable', 'which is no lack of a key')
})

t.test('a code is used up for its user alone', async (t) => {
  const { db, userId, use, codeAt, row } = await setup(t)
  const other = await addUser(db)
  await db.write(async (tx) => tx.totp.create({ data: { ...(await row()), userId: other } }))
  const before = await db.read.totp.findUnique({ where: { userId: other } })
  const [mine = '', theirs = ''] = newRecoveryCodes()
  await db.write(async (tx) => {
    await replaceRecoveryCodes(tx, userId, [mine])
    await replaceRecoveryCodes(tx, other, [theirs])
  })
  t.equal(await use(codeAt()), 'totp')
  t.ok((await row()).lastStep > 0)
  t.same(await db.read.totp.findUnique({ where: { userId: other } }), before)
  t.equal(await use(mine), 'recovery-code')
  t.equal(await use(theirs, other), 'recovery-code', 'that of another user stays valid')
})
