import t, { type Test } from 'tap'
import {
  continueAsReset,
  findToken,
  issueToken,
  LIFETIME_MS,
  pruneTokens,
  spendToken,
  type TokenKind,
  voidMails,
} from '../../../src/accounts/mails/mail-tokens.js'
import { newMail } from '../../../src/mail/outbox.js'
import { addUser, engineDb } from '../../helpers/engine-db.js'

const MINUTE = 60_000
const kinds = ['reset', 'verification'] as const

async function setup(t: Test) {
  const { db } = await engineDb(t)
  const userId = await addUser(db)
  const email = 'ada@shop.test'
  const issue = (kind: TokenKind, at: number, id = userId) =>
    db.write((tx) => issueToken(tx, { userId: id, kind, email }, at))
  return { db, userId, email, issue }
}

t.test('a token is valid for its lifetime, and for its own purpose', async (t) => {
  const { db, userId, email, issue } = await setup(t)
  const at = 1_800_000_000_000
  for (const kind of kinds) {
    const token = await issue(kind, at)
    const end = at + (kind === 'reset' ? 30 : 24 * 60) * MINUTE
    t.match(await findToken(db.read, token, kind, at), { userId, kind, email })
    t.ok(await findToken(db.read, token, kind, end - 1))
    t.equal(await findToken(db.read, token, kind, end), undefined, `${kind}: not at its end`)
    const other = kind === 'reset' ? 'verification' : 'reset'
    t.equal(await findToken(db.read, token, other, at), undefined, `${kind}: not as ${other}`)
  }
  t.equal(await findToken(db.read, 'x', 'reset', at), undefined)
})

t.test('a newer token voids the one of its kind, and a token is spent once', async (t) => {
  const { db, issue } = await setup(t)
  const at = Date.now()
  const [first, other, second] = [
    await issue('reset', at),
    await issue('verification', at),
    await issue('reset', at + 1),
  ]
  t.equal(await findToken(db.read, first, 'reset', at), undefined)
  t.ok(await findToken(db.read, other, 'verification', at))
  const row = await findToken(db.read, second, 'reset', at)
  const spend = () => db.write(async (tx) => row && spendToken(tx, row))
  t.same([await spend(), await spend()], [true, false])
  t.ok(await findToken(db.read, other, 'verification', at), 'and no other with it')
  t.equal(await findToken(db.read, second, 'reset', at), undefined)
})

t.test(
  'a token that verified an address sets a password for half an hour, to the same address',
  async (t) => {
    const { db, userId, email, issue } = await setup(t)
    const at = Date.now()
    const token = await issue('verification', at)
    const row = await findToken(db.read, token, 'verification', at)
    if (!row) throw new Error('no token')
    await db.write(async (tx) => {
      await spendToken(tx, row)
      await continueAsReset(tx, token, row, at + MINUTE)
    })
    t.equal(await findToken(db.read, token, 'verification', at), undefined)
    t.match(await findToken(db.read, token, 'reset', at + 31 * MINUTE - 1), { userId, email })
    t.equal(await findToken(db.read, token, 'reset', at + 31 * MINUTE), undefined)
  },
)

t.test(
  'a new password voids the links of its user: those that were mailed, and those that wait',
  async (t) => {
    const { db, userId, issue } = await setup(t)
    const stranger = await addUser(db)
    const at = new Date()
    for (const id of [userId, stranger]) {
      for (const kind of kinds) await issue(kind, Date.now(), id)
      await db.write(async (tx) => {
        for (const kind of ['password-reset', 'email-verification', 'email-change'] as const)
          for (const sentAt of [null, at])
            await tx.mail.create({ data: { ...newMail(kind, id, 'ada@shop.test'), createdAt: at, sentAt } })
      })
    }
    await db.write((tx) => voidMails(tx, userId))
    t.equal(await db.read.mailToken.count({ where: { userId } }), 0)
    t.equal(await db.read.mailToken.count({ where: { userId: stranger } }), 2)
    const left = await db.read.mail.findMany({ where: { userId, sentAt: null } })
    t.same(
      left.map(({ kind }) => kind),
      ['email-change'],
      'the notice of a change of address is still sent',
    )
    t.equal(await db.read.mail.count({ where: { userId } }), 4, 'what was sent stays')
    t.equal(await db.read.mail.count({ where: { userId: stranger } }), 6)
  },
)

t.test('expired tokens are deleted, and no others', async (t) => {
  const { db, issue, userId } = await setup(t)
  await issue('reset', Date.now() - LIFETIME_MS.reset - MINUTE)
  await issue('verification', Date.now())
  await pruneTokens(db)
  t.match(await db.read.mailToken.findMany(), [{ userId, kind: 'verification' }])
  t.equal(await db.read.mailToken.count(), 1)
})
