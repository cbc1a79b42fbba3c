import t, { type Test } from 'tap'
import { createResetRequests, MAX_UNRESOLVED } from '../../../src/accounts/mails/reset-requests.js'
import { createOutbox, newMail } from '../../../src/mail/outbox.js'
import { addUser, engineDb } from '../../helpers/engine-db.js'

async function setup(t: Test) {
  const { db } = await engineDb(t)
  const outbox = createOutbox({ db })
  const requests = createResetRequests({ db, outbox })
  const id = await addUser(db)
  const { email } = await db.read.user.findUniqueOrThrow({ where: { id } })
  return { db, outbox, requests, id, email }
}

t.test('a request stores the same for any address, and looks nobody up', async (t) => {
  const { db, requests, email } = await setup(t)
  for (const address of [email, 'nobody@shop.test', ` ${email.toUpperCase()} `])
    await requests.request(address)
  const rows = await db.read.mail.findMany({ orderBy: { id: 'asc' } })
  t.same(
    rows.map(({ recipient }) => recipient),
    [email, 'nobody@shop.test', email],
  )
  for (const { kind, userId, nextAttemptAt, sentAt } of rows)
    t.same(
      { kind, userId, nextAttemptAt, sentAt },
      { kind: 'password-reset', userId: null, nextAttemptAt: null, sentAt: null },
    )
})

t.test(
  'a flood of requests leaves a bounded number of rows, and none once they were looked up',
  async (t) => {
    const { db, requests, email, id } = await setup(t)
    await db.write((tx) =>
      tx.mail.createMany({
        data: Array.from({ length: MAX_UNRESOLVED - 2 }, (_, i) => ({
          ...newMail('password-reset', null, `${i}@shop.test`),
          createdAt: new Date(),
        })),
      }),
    )
    for (let i = 0; i < 5; i++) await requests.request(email)
    t.equal(await db.read.mail.count(), MAX_UNRESOLVED)
    await requests.resolve()
    t.match(await db.read.mail.findMany(), [{ userId: id }, { userId: id }])
    t.equal(await db.read.mail.count(), 2)
  },
)

t.test('several processes that look the same requests up make three mails of them', async (t) => {
  const { db, requests, email, id } = await setup(t)
  for (let i = 0; i < 8; i++) await requests.request(email)
  const others = Array.from({ length: 3 }, () => createResetRequests({ db, outbox: createOutbox({ db }) }))
  await Promise.all([requests, ...others].map(({ resolve }) => resolve()))
  t.equal(await db.read.mail.count({ where: { userId: id } }), 3)
  t.equal(await db.read.mail.count(), 3)
})

t.test('waiting mails count like mails sent within the hour', async (t) => {
  const { db, outbox, requests, email } = await setup(t)
  const ask = async () => {
    await requests.request(email)
    await requests.resolve()
    return db.read.mail.count()
  }
  for (const count of [1, 2, 3, 3]) t.equal(await ask(), count)
  const sent = await outbox.claim()
  t.ok(sent)
  await outbox.sent(sent?.id ?? '')
  t.equal(await ask(), 3, 'just sent')
  const then = new Date(Date.now() - 61 * 60_000)
  await db.write((tx) => tx.mail.updateMany({ where: { id: sent?.id ?? '' }, data: { sentAt: then } }))
  t.equal(await ask(), 4, 'sent an hour ago')
  await outbox.prune()
  t.equal(await db.read.mail.count(), 3)
})
