import t from 'tap'
import { exportUser } from '../../src/accounts/export-user.js'
import { newId } from '../../src/ids.js'
import { addUser, engineDb } from '../helpers/engine-db.js'

t.test('the export of an account has every row of it once, however many there are', async (t) => {
  const { db } = await engineDb(t)
  const [id, other] = [await addUser(db), await addUser(db)]
  const user = await db.read.user.findUniqueOrThrow({ where: { id } })
  const at = new Date()
  const times = { createdAt: at, lastUsedAt: at, expiresAt: at }
  let last = 0
  for (const count of [0, 1, 199, 200, 201, 400, 450]) {
    const rows = Array.from({ length: count - last }, () => ({ id: newId(), userId: id, ...times }))
    await db.write((tx) =>
      tx.session.createMany({ data: [...rows, { id: newId(), userId: other, ...times }] }),
    )
    last = count
    let text = ''
    for await (const part of exportUser(db, user)) text += part
    const { sessions } = JSON.parse(text)
    const expected = await db.read.session.findMany({ where: { userId: id }, orderBy: { id: 'asc' } })
    t.equal(sessions.length, count)
    t.same(
      sessions.map((session: { id: string }) => session.id),
      expected.map((session) => session.id),
    )
  }
})
