import t from 'tap'
import { loadRevokedSessions } from '../../../src/accounts/sessions/revoked-sessions.js'
import { createSessions } from '../../../src/accounts/sessions/sessions.js'
import { resetMfa } from '../../../src/accounts/users/reset-mfa.js'
import { newId } from '../../../src/ids.js'
import { addUser, engineDb } from '../../helpers/engine-db.js'

t.test('an operator removes every second factor of one user, and ends the sessions', async (t) => {
  const { db } = await engineDb(t)
  const sessions = createSessions({ db, revoked: await loadRevokedSessions(db) })
  const at = new Date()
  const [id, other] = [await addUser(db), await addUser(db)]
  for (const userId of [id, other]) {
    const user = await db.read.user.findUniqueOrThrow({ where: { id: userId } })
    await sessions.open(user, { ip: '203.0.113.7', userAgent: 'a browser' })
    await db.write(async (tx) => {
      await tx.totp.create({ data: { userId, secret: 'x', keyId: 'k', createdAt: at, confirmedAt: at } })
      await tx.recoveryCode.create({ data: { userId, hash: userId } })
      await tx.user.update({ where: { id: userId }, data: { mfa: true, password: 'a hash' } })
    })
  }
  await resetMfa({ db, sessions }, id)
  const { read } = db
  t.match(await read.user.findUnique({ where: { id } }), { mfa: false, password: 'a hash' })
  t.same(await sessions.list(id), [])
  const left = [...(await read.totp.findMany()), ...(await read.recoveryCode.findMany())]
  t.same(
    left.map(({ userId }) => userId),
    [other, other],
    'those of another user stay',
  )
  t.match(await read.user.findUnique({ where: { id: other } }), { mfa: true })
  t.equal((await sessions.list(other)).length, 1)
  t.match(await read.auditEntry.findMany(), [
    {
      action: 'user.factor-removed',
      subjectId: id,
      actorType: 'system',
      details: '{"factor":"totp","by":"operator"}',
    },
  ])
})

t.test('there is nothing to reset of an unknown or an erased user', async (t) => {
  const { db } = await engineDb(t)
  const sessions = createSessions({ db, revoked: await loadRevokedSessions(db) })
  const id = await addUser(db)
  await t.rejects(resetMfa({ db, sessions }, newId()), { code: 'not-found' })
  await db.write((tx) => tx.user.update({ where: { id }, data: { erasedAt: new Date(), mfa: true } }))
  await t.rejects(resetMfa({ db, sessions }, id), { code: 'not-found' })
  t.equal(await db.read.user.count({ where: { mfa: true } }), 1)
})
