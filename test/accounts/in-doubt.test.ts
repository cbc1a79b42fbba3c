import t, { type Test } from 'tap'
import { createAccounts } from '../../src/accounts/accounts.js'
import { createApiKeys } from '../../src/accounts/api-keys/api-keys.js'
import { loadKeyRing } from '../../src/accounts/api-keys/key-ring.js'
import { ensureAdmin } from '../../src/accounts/first-admin.js'
import { createLockout } from '../../src/accounts/lockout/lockout.js'
import { issueToken } from '../../src/accounts/mails/mail-tokens.js'
import { createPasswords } from '../../src/accounts/passwords/hashing.js'
import { loadRevokedSessions } from '../../src/accounts/sessions/revoked-sessions.js'
import { createSessions } from '../../src/accounts/sessions/sessions.js'
import { setPassword } from '../../src/accounts/users/set-password.js'
import { createUsers } from '../../src/accounts/users/users.js'
import type { Db } from '../../src/db/db.js'
import { newId } from '../../src/ids.js'
import { createOutbox } from '../../src/mail/outbox.js'
import { addUser, engineDb } from '../helpers/engine-db.js'
import { doubts } from '../helpers/lost-answers.js'

const client = { ip: '203.0.113.7', userAgent: 'a browser' }
const ada = { name: 'Ada', email: 'ada@shop.test', password: 'correct horse' }

/** Creates the engines on a database losing the answer to each commit, and a signed-in Ada. */
async function unsure(t: Test, doubting: (db: Db) => Db) {
  const { db: sure, eventLog } = await engineDb(t)
  const db = doubting(sure)
  const passwords = createPasswords({ cost: 4, maxWaiting: 10 })
  t.teardown(() => passwords.close())
  const sessions = createSessions({ db, revoked: await loadRevokedSessions(db) })
  const outbox = createOutbox({ db })
  const accounts = createAccounts({ db, eventLog, passwords, sessions, outbox, lockout: createLockout() })
  const users = createUsers({ db, eventLog, sessions, onKeysChange: async () => {} })
  const { id } = await accounts.register(ada, client)
  const signedIn = await accounts.signIn(ada, client)
  const actions = async () =>
    (await db.read.auditEntry.findMany({ orderBy: { id: 'asc' } })).map(({ action }) => action)
  return { sure, db, eventLog, passwords, sessions, accounts, users, id, signedIn, actions }
}

for (const [outcome, doubting] of doubts) {
  t.test(`a registration and a sign-in are made once if the first attempt ${outcome}`, async (t) => {
    const { db, eventLog, sessions, accounts, id, signedIn } = await unsure(t, doubting)
    t.same(await db.read.user.findMany({ select: { id: true, email: true } }), [{ id, email: ada.email }])
    t.equal(await db.read.mail.count(), 1)
    t.same(
      (await eventLog.read(0, 10)).map(({ type }) => type),
      ['user:created'],
    )
    await t.rejects(accounts.register(ada), { code: 'email-taken' }, 'another one is still refused')
    t.match(signedIn, { user: { id }, refreshToken: /./ })
    const [session] = await sessions.list(id)
    t.equal(session?.id, signedIn.sessionId)
    const { createdAt } = await db.read.session.findUniqueOrThrow({ where: { id: signedIn.sessionId } })
    t.equal(signedIn.expiresAt.getTime(), createdAt.getTime() + 14 * 24 * 3_600_000)
    t.match(await sessions.find(signedIn.refreshToken), { sessionId: signedIn.sessionId, userId: id })
  })

  t.test(`a session has ended if the first attempt ${outcome}`, async (t) => {
    const { sessions, id, signedIn } = await unsure(t, doubting)
    t.equal(await sessions.end(newId(), id), false)
    t.equal(await sessions.end(signedIn.sessionId, newId()), false, 'that of another user has not')
    t.equal(await sessions.end(signedIn.sessionId, id), true)
    t.same(await sessions.list(id), [])
  })

  t.test(`a new password is set once if the first attempt ${outcome}`, async (t) => {
    const { db, sessions, accounts, passwords, id, signedIn, actions } = await unsure(t, doubting)
    const { sessionId } = signedIn
    const change = {
      userId: id,
      sessionId,
      currentPassword: ada.password,
      newPassword: 'nine lamps and a ladder',
    }
    await accounts.changePassword(change, client)
    t.same(await actions(), ['user.password-changed'])
    t.same(
      (await sessions.list(id)).map((session) => session.id),
      [sessionId],
    )
    await accounts.signIn({ ...ada, password: change.newPassword }, client)

    const token = await db.write((tx) =>
      issueToken(tx, { userId: id, kind: 'reset', email: ada.email }, Date.now()),
    )
    t.equal(await accounts.resetPassword(token, 'a ladder and nine lamps', client), id)
    t.equal((await actions()).length, 2)
    await t.rejects(accounts.resetPassword(token, 'again', client), { code: 'invalid-token' })
    await accounts.signIn({ ...ada, password: 'a ladder and nine lamps' }, client)

    await setPassword({ db, sessions }, id, await passwords.hash('third time lucky'))
    t.same(await actions(), Array(3).fill('user.password-changed'))
    await accounts.signIn({ ...ada, password: 'third time lucky' }, client)
    await t.rejects(setPassword({ db, sessions }, newId(), ''), { code: 'not-found' })
  })

  t.test(`what an admin does to a user is recorded once if the first attempt ${outcome}`, async (t) => {
    const { sure, users, id, sessions, eventLog, actions } = await unsure(t, doubting)
    await addUser(sure, 'admin')
    await users.unlock(id)
    await users.endSessions(id)
    t.same(await sessions.list(id), [])
    t.same(await actions(), ['user.unlocked', 'user.sessions-ended'])
    const head = await eventLog.head()
    await users.erase(id)
    t.same((await actions()).slice(2), ['user.erased'])
    t.same(
      (await eventLog.read(head, 10)).map(({ type }) => type),
      ['user:deleted'],
    )
    await t.rejects(users.erase(id), { code: 'not-found' })
  })

  t.test(`an API key is made, replaced and deleted once if the first attempt ${outcome}`, async (t) => {
    const { sure, db, actions } = await unsure(t, doubting)
    const owner = await addUser(sure, 'admin')
    const ring = await loadKeyRing(db)
    const keys = createApiKeys({ db, onChange: async () => void (await ring.look()) })
    const made = await keys.create({ name: 'Scanner', scopes: ['products:write'] }, owner)
    t.match(ring.verify(made.key), { keyId: made.id })
    const next = await keys.rotate(made.id, 60)
    t.match(ring.verify(next.key), { keyId: made.id })
    t.match(ring.verify(made.key), { keyId: made.id }, 'the previous one is still valid')
    await keys.revoke(made.id)
    t.equal(ring.verify(next.key), undefined)
    t.same(await actions(), ['key.created', 'key.rotated', 'key.deleted'])
    await t.rejects(keys.revoke(newId()), { code: 'not-found' })
  })

  t.test(`the admin of the settings is made once if the first attempt ${outcome}`, async (t) => {
    const { db, eventLog, passwords, sessions, actions } = await unsure(t, doubting)
    const wanted = { email: 'admin@shop.test', password: 'a horse for the shop' }
    const change = await ensureAdmin({ db, eventLog, passwords, sessions }, wanted)
    t.match(change, { created: true })
    t.equal(await db.read.user.count({ where: { role: 'admin' } }), 1)
    t.same(await actions(), ['user.created'])
    t.equal(await ensureAdmin({ db, eventLog, passwords, sessions }, wanted), undefined)
  })
}
