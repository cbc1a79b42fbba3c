import t from 'tap'
import { exportUser } from '../../src/accounts/export-user.js'
import { recordAudit } from '../../src/audit/record-audit.js'
import type { Db } from '../../src/db/db.js'
import { newId } from '../../src/ids.js'
import { newMail } from '../../src/mail/outbox.js'
import { SYSTEM } from '../../src/stream/origin.js'
import { addItem, addUser, engineDb } from '../helpers/engine-db.js'

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

/** Inserts a row of every kind about a user. */
async function leaveRows(db: Db, userId: string, productId: string) {
  const at = new Date()
  const id = newId()
  const common = { id, userId, createdAt: at }
  await db.write(async (tx) => {
    await tx.session.create({ data: { ...common, lastUsedAt: at, expiresAt: at, revokedAt: at } })
    await tx.passkey.create({
      data: {
        ...common,
        credentialId: id,
        publicKey: 'secret',
        transports: '',
        backedUp: false,
        name: `key ${id}`,
      },
    })
    await tx.apiKey.create({
      data: {
        ...common,
        name: 'Scanner',
        prefix: 'sk',
        hash: `secret ${id}`,
        scopes: 'orders:read',
        updatedAt: at,
        revokedAt: at,
      },
    })
    await tx.mail.create({ data: { ...newMail('email-change', userId, `${id}@shop.test`), createdAt: at } })
    await tx.checkout.create({ data: { ...common, idempotencyKey: id } })
    await tx.order.create({
      data: {
        ...common,
        productId,
        quantity: 1,
        unitPrice: 250,
        totalPrice: 250,
        idempotencyKey: id,
        updatedAt: at,
      },
    })
    await recordAudit(tx, { origin: SYSTEM, action: 'user.renamed', subject: userId, details: { id } })
    await tx.user.update({ where: { id: userId }, data: { lastSeenAt: at } })
  })
  return { id, at: at.toISOString() }
}

t.test('the export of an account has one of everything of its owner, and nothing of others', async (t) => {
  const { db } = await engineDb(t)
  const productId = await addItem(db)
  const [before, userId, after] = [await addUser(db), await addUser(db), await addUser(db)]
  const others = [await leaveRows(db, before, productId)]
  const { id, at } = await leaveRows(db, userId, productId)
  others.push(await leaveRows(db, after, productId))
  let text = ''
  const user = await db.read.user.findUniqueOrThrow({ where: { id: userId } })
  for await (const part of exportUser(db, user)) text += part
  const { exportedAt, profile, ...lists } = JSON.parse(text)
  t.ok(exportedAt >= at)
  t.match(profile, { id: userId, email: user.email, disabled: false, lastSeenAt: at })
  for (const [name, rows] of Object.entries(lists)) t.equal((rows as object[]).length, 1, name)
  t.match(lists, {
    sessions: [{ id, expiresAt: at, revokedAt: at }],
    passkeys: [{ id, name: `key ${id}` }],
    apiKeys: [{ id, name: 'Scanner', scopes: ['orders:read'], revokedAt: at }],
    mails: [{ kind: 'email-change', recipient: `${id}@shop.test`, createdAt: at, sentAt: null }],
    changes: [{ action: 'user.renamed', details: { id } }],
    orders: [{ id, idempotencyKey: id, totalPrice: 2.5 }],
    checkouts: [{ id, idempotencyKey: id, createdAt: at }],
  })
  for (const other of others) t.notMatch(text, other.id)
  t.notMatch(text, 'secret')
})
