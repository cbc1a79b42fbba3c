import t from 'tap'
import { hasLostSecrets } from '../../../src/accounts/mfa/lost-secrets.js'
import { addUser, engineDb } from '../../helpers/engine-db.js'

t.test('a secret of a key that is not set is noticed, wherever its key id lies', async (t) => {
  const { db } = await engineDb(t)
  t.equal(await hasLostSecrets(db, []), false, 'there are none')
  const userId = await addUser(db)
  const createdAt = new Date()
  await db.write((tx) => tx.totp.create({ data: { userId, secret: 'x', keyId: 'm', createdAt } }))
  for (const [known, isLost] of [
    [[], true],
    [['m'], false],
    [['z', 'm', 'a'], false],
    [['a'], true],
    [['z'], true],
    [['z', 'a'], true],
    [['n', 'l'], true],
  ] as const)
    t.equal(await hasLostSecrets(db, known), isLost, known.join())
})
