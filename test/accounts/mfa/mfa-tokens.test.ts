import t, { type Test } from 'tap'
import { createMfaTokens, pruneMfaTokens } from '../../../src/accounts/mfa/mfa-tokens.js'
import { addUser, engineDb } from '../../helpers/engine-db.js'

const FIVE_MINUTES = 5 * 60_000

/** Creates a user with a second factor, and tokens with a clock controlled by the test. */
async function setup(t: Test) {
  const { db } = await engineDb(t)
  const userId = await addUser(db)
  const at = new Date()
  await db.write(async (tx) => {
    await tx.totp.create({ data: { userId, secret: 'x', keyId: 'k', createdAt: at, confirmedAt: at } })
    await tx.user.update({ where: { id: userId }, data: { mfa: true, password: 'a hash' } })
  })
  const user = await db.read.user.findUniqueOrThrow({ where: { id: userId } })
  const clock = { now: 1_800_000_000_000 }
  const tokens = createMfaTokens({ db, now: () => clock.now })
  const issue = async () => (await tokens.issue(user))?.mfaToken ?? ''
  const spend = (token: string) => db.write((tx) => tokens.spend(tx, token))
  return { db, user, clock, tokens, issue, spend }
}

t.test('a second step may follow within five minutes, once', async (t) => {
  const { user, clock, tokens, issue, spend } = await setup(t)
  const [token, late] = [await issue(), await issue()]
  clock.now += FIVE_MINUTES - 1
  t.match(await tokens.ownerOf(token), { id: user.id })
  t.match(await tokens.ownerOf(token), { id: user.id }, 'to look uses nothing up')
  await spend(token)
  await t.rejects(spend(token), { code: 'invalid-token' })
  await t.rejects(tokens.ownerOf(token), { code: 'invalid-token' })
  t.match(await tokens.ownerOf(late), { id: user.id }, 'another sign-in goes on')
  clock.now += 1
  await t.rejects(tokens.ownerOf(late), { code: 'invalid-token' })
  await t.rejects(spend(late), { code: 'invalid-token' })
  await t.rejects(tokens.ownerOf('x'), { code: 'invalid-token' })
})

t.test('a token tells the second factors of its user', async (t) => {
  const { db, user, tokens } = await setup(t)
  const methods = async () => (await tokens.issue(user))?.methods
  t.same(await methods(), ['totp'])
  await db.write((tx) => tx.recoveryCode.create({ data: { hash: 'h', userId: user.id } }))
  t.same(await methods(), ['totp', 'recovery-code'])
  await db.write((tx) => tx.totp.update({ where: { userId: user.id }, data: { confirmedAt: null } }))
  t.same(await methods(), ['recovery-code'], 'an app that was never confirmed is none')
})

t.test('no token is issued once the password, the factors or the user have changed', async (t) => {
  const { db, user, tokens } = await setup(t)
  const change = (data: object) => db.write((tx) => tx.user.update({ where: { id: user.id }, data }))
  await change({ password: 'another hash' })
  t.equal(await tokens.issue(user), undefined)
  await change({ password: user.password, mfa: false })
  t.equal(await tokens.issue(user), undefined)
  await change({ mfa: true, disabled: true })
  await t.rejects(tokens.issue(user), { code: 'account-disabled' })
  t.equal(await tokens.issue({ ...user, id: 'nobody' }), undefined)
  t.equal(await db.read.mfaToken.count(), 0)
})

t.test('expired tokens are deleted, and no others', async (t) => {
  const { db, clock, issue, tokens } = await setup(t)
  await issue()
  clock.now += 1
  const live = await issue()
  await pruneMfaTokens(db, clock.now + FIVE_MINUTES, AbortSignal.abort())
  t.equal(await db.read.mfaToken.count(), 2, 'nothing is begun while closing')
  await pruneMfaTokens(db, clock.now + FIVE_MINUTES, new AbortController().signal)
  t.equal(await db.read.mfaToken.count(), 1)
  t.ok(await tokens.ownerOf(live))
})
