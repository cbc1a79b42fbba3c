import t, { type Test } from 'tap'
import { createAccounts } from '../../src/accounts/accounts.js'
import { ensureAdmin, makeFirstAdmin } from '../../src/accounts/first-admin.js'
import { createLockout } from '../../src/accounts/lockout/lockout.js'
import { createPasswords } from '../../src/accounts/passwords/hashing.js'
import { buildApp } from '../../src/app.js'
import { ConfigError, loadConfig } from '../../src/config.js'
import { buildEmpty, configOfEmpty } from '../helpers/app.js'

const client = { ip: '203.0.113.7', userAgent: undefined }
const admin = { email: 'Boss@Shop.test', password: 'correct horse' }
const production = { production: true, jwtSecret: 'x'.repeat(32) }

/** Builds the engines of an application without users. */
async function setup(t: Test) {
  const app = await buildEmpty(t, production)
  const passwords = createPasswords({ cost: 4, maxWaiting: 100 })
  return { app, db: app.db, eventLog: app.eventLog, passwords, sessions: app.accounts.sessions }
}

t.test('the first start outside production creates an admin and shows its password once', async (t) => {
  const config = await configOfEmpty(t, t.testdir())
  const app = buildApp(config)
  await app.ready()
  const { firstAdmin } = app.accounts
  t.equal(firstAdmin?.email, 'admin@example.com')
  t.match(
    firstAdmin?.password,
    /^([0-9a-hjkmnp-tv-z]{4}-){6}[0-9a-hjkmnp-tv-z]{4}$/,
    '28 characters of 5 bits: more than 128 bits',
  )
  const { user } = await app.accounts.signIn(firstAdmin ?? admin, client)
  t.equal(user.role, 'admin')
  await app.close()

  const again = buildApp(config)
  t.teardown(() => again.close())
  await again.ready()
  t.equal(again.accounts.firstAdmin, undefined)
  t.equal(await again.db.read.user.count(), 1)
})

t.test('production creates no admin unasked', async (t) => {
  const app = await buildEmpty(t, production)
  t.equal(app.accounts.firstAdmin, undefined)
  t.equal(await app.db.read.user.count(), 0)
  t.equal(await app.accounts.hasAdmin(), false)
  await app.accounts.register({ name: 'Ada', email: 'ada@shop.test', password: 'correct horse' })
  t.equal(await app.accounts.hasAdmin(), false, 'a customer is not an admin')
})

t.test('the admin named in the settings is created, in production too, and no other', async (t) => {
  const app = await buildEmpty(t, { ...production, admin })
  t.equal(app.accounts.firstAdmin, undefined)
  const { user } = await app.accounts.signIn(admin, client)
  t.match(user, { email: 'boss@shop.test', role: 'admin' })
  t.equal(await app.accounts.hasAdmin(), true)
  t.equal(await app.db.read.user.count(), 1)
})

t.test(
  'an unchanged admin in the settings changes nothing at the next start and signs nobody out',
  async (t) => {
    const { app, ...engines } = await setup(t)
    const made = { created: true, password: true, role: true }
    t.match(await ensureAdmin(engines, admin), made)
    const before = await app.db.read.user.findFirst()
    t.match(before, { email: 'boss@shop.test', role: 'admin' })
    const { user } = await app.accounts.signIn(admin, client)
    t.equal(await ensureAdmin(engines, admin), undefined, 'no change')
    t.same(await app.db.read.user.findFirst(), before)
    t.equal((await app.accounts.sessions.list(user.id)).length, 1)
  },
)

t.test('a new password in the settings replaces the old one and ends its sessions', async (t) => {
  const { app, ...engines } = await setup(t)
  await ensureAdmin(engines, admin)
  const { user } = await app.accounts.signIn(admin, client)
  const change = await ensureAdmin(engines, { ...admin, password: 'another horse' })
  t.same(change, { id: user.id, created: false, password: true, role: false })
  t.same(await app.accounts.sessions.list(user.id), [])
  await t.rejects(app.accounts.signIn(admin, client), { code: 'invalid-credentials' })
  t.equal((await app.accounts.signIn({ ...admin, password: 'another horse' }, client)).user.id, user.id)
})

t.test('a customer named in the settings becomes an admin and must sign in again', async (t) => {
  const { app, ...engines } = await setup(t)
  await app.accounts.register({ name: 'Boss', ...admin })
  const { user, sessionId } = await app.accounts.signIn(admin, client)
  t.equal(user.role, 'customer')
  t.same(await ensureAdmin(engines, admin), { id: user.id, created: false, password: false, role: true })
  t.equal(app.auth.revokedSessions.has(sessionId), true)
  const after = await app.accounts.signIn(admin, client)
  t.match(after.user, { id: user.id, name: 'Boss', role: 'admin' })
})

t.test('processes that start at once create one admin', async (t) => {
  const { db, ...engines } = await setup(t)
  await Promise.all(Array.from({ length: 4 }, () => ensureAdmin({ db, ...engines }, admin)))
  t.equal(await db.read.user.count(), 1)

  await db.write((tx) => tx.user.deleteMany())
  const made = await Promise.all(Array.from({ length: 4 }, () => makeFirstAdmin({ db, ...engines })))
  const [credentials, second] = made.filter((one) => one !== undefined)
  t.equal(second, undefined, 'one of them reports it')
  t.match(credentials, { email: 'admin@example.com', password: /^\S{34}$/ })
  t.match(await db.read.user.findFirst(), { name: 'Admin', email: 'admin@example.com', role: 'admin' })
  t.equal(await makeFirstAdmin({ db, ...engines }), undefined, 'an admin exists')
  t.equal(await db.read.user.count(), 1)
})

t.test('the password rules apply to the admin in the settings', async (t) => {
  const env = { ADMIN_EMAIL: admin.email }
  for (const password of ['short', 'password', 'é'.repeat(129), 'boss@shop.test', 'boss-boss-2026'])
    t.throws(() => loadConfig({ ...env, ADMIN_PASSWORD: password }), ConfigError, password)
  t.same(loadConfig({ ...env, ADMIN_PASSWORD: admin.password }).admin, admin)
})

t.test('a sign-in rehashes a password hashed at another cost', async (t) => {
  const { app, db, eventLog, sessions } = await setup(t)
  await app.accounts.register({ name: 'Boss', ...admin })
  const hash = async () => (await db.read.user.findFirst())?.password
  const old = await hash()
  await app.accounts.signIn(admin, client)
  t.equal(await hash(), old)

  const passwords = createPasswords({ cost: 5, maxWaiting: 10 })
  const dearer = createAccounts({
    db,
    eventLog,
    passwords,
    sessions,
    lockout: createLockout(),
  })
  await t.rejects(dearer.signIn({ ...admin, password: 'incorrect horse' }, client))
  t.equal(await hash(), old)
  await dearer.signIn(admin, client)
  await dearer.renewals.settled()
  t.match(await hash(), /^\$2b\$05\$/)
  await t.resolves(dearer.signIn(admin, client))
})
