import t, { type Test } from 'tap'
import { createAccounts } from '../../../src/accounts/accounts.js'
import { ensureAdmin, makeFirstAdmin } from '../../../src/accounts/first-admin.js'
import { createLockout } from '../../../src/accounts/lockout/lockout.js'
import { createPasswords, type Passwords } from '../../../src/accounts/passwords/hashing.js'
import { buildEmpty } from '../../helpers/app.js'

const client = { ip: '203.0.113.7', userAgent: undefined }
const boss = { email: 'boss@shop.test', password: 'correct horse' }
const another = { ...boss, password: 'another horse' }

/** Builds accounts running `meanwhile` once, after the next password check or hash. */
async function setup(t: Test) {
  const app = await buildEmpty(t, { production: true, jwtSecret: 'x'.repeat(32) })
  const { db, eventLog } = app
  const { sessions } = app.accounts
  const passwords = createPasswords({ cost: 4, maxWaiting: 100 })
  t.teardown(() => passwords.close())
  let meanwhile: (() => Promise<unknown>) | undefined
  const act = async () => {
    const now = meanwhile
    meanwhile = undefined
    await now?.()
  }
  const slow: Passwords = {
    ...passwords,
    async verify(...args) {
      const right = await passwords.verify(...args)
      await act()
      return right
    },
    async hash(...args) {
      const hash = await passwords.hash(...args)
      await act()
      return hash
    },
  }
  const accounts = createAccounts({ db, eventLog, passwords: slow, sessions, lockout: createLockout() })
  return {
    app,
    db,
    eventLog,
    accounts,
    sessions,
    quick: { db, eventLog, passwords, sessions },
    slow: { db, eventLog, passwords: slow, sessions },
    /** Runs `action` while the next password is checked or hashed. */
    during(action: () => Promise<unknown>) {
      meanwhile = action
    },
  }
}

t.test('a sign-in with a password that is replaced meanwhile creates no session', async (t) => {
  const { db, accounts, sessions, quick, during } = await setup(t)
  await ensureAdmin(quick, boss)
  during(() => ensureAdmin(quick, another))
  await t.rejects(accounts.signIn(boss, client), { code: 'invalid-credentials' })
  t.equal(await db.read.session.count(), 0)
  const { user } = await accounts.signIn(another, client)
  t.equal((await sessions.list(user.id)).length, 1)
})

t.test('a sign-in to an account that is deleted meanwhile creates no session', async (t) => {
  const { db, accounts, during } = await setup(t)
  await accounts.register({ name: 'Boss', ...boss })
  during(() => db.write((tx) => tx.user.deleteMany()))
  await t.rejects(accounts.signIn(boss, client), { code: 'invalid-credentials' })
  t.equal(await db.read.session.count(), 0)
})

t.test('a sign-in gets the role that is granted meanwhile', async (t) => {
  const { accounts, quick, during } = await setup(t)
  await accounts.register({ name: 'Boss', ...boss })
  during(() => ensureAdmin(quick, boss))
  const { user } = await accounts.signIn(boss, client)
  t.equal(user.role, 'admin')
})

t.test('concurrent sign-ins that rehash the same password all pass', async (t) => {
  const { db, eventLog, sessions, accounts } = await setup(t)
  await accounts.register({ name: 'Boss', ...boss })
  const passwords = createPasswords({ cost: 5, maxWaiting: 100 })
  t.teardown(() => passwords.close())
  const dearer = createAccounts({ db, eventLog, passwords, sessions, lockout: createLockout() })
  const signedIn = await Promise.all(Array.from({ length: 4 }, () => dearer.signIn(boss, client)))
  t.equal(new Set(signedIn.map(({ sessionId }) => sessionId)).size, 4)
  await dearer.renewals.settled()
  t.match((await db.read.user.findFirst())?.password, /^\$2b\$05\$/)
})

t.test('a rehash at sign-in does not overwrite a password that is set meanwhile', async (t) => {
  const { db, eventLog, accounts, sessions, quick } = await setup(t)
  await accounts.register({ name: 'Boss', ...boss })
  const passwords = createPasswords({ cost: 5, maxWaiting: 100 })
  t.teardown(() => passwords.close())
  const renewing: Passwords = {
    ...passwords,
    async hash(password) {
      const hash = await passwords.hash(password)
      await ensureAdmin(quick, another)
      return hash
    },
  }
  const dearer = createAccounts({ db, eventLog, passwords: renewing, sessions, lockout: createLockout() })
  const { user } = await dearer.signIn(boss, client)
  await dearer.renewals.settled()
  t.same(await sessions.list(user.id), [], 'the new password has ended its session')
  await t.resolves(accounts.signIn(another, client))
})

t.test('the password in the settings is set even if the hash is renewed meanwhile', async (t) => {
  const { db, accounts, quick, slow, during } = await setup(t)
  await accounts.register({ name: 'Boss', ...boss })
  const renew = async () => {
    const password = await quick.passwords.hash(boss.password)
    await db.write((tx) => tx.user.updateMany({ data: { password } }))
  }
  during(renew)
  t.match(await ensureAdmin(slow, another), { created: false, password: true, role: true })
  t.match((await accounts.signIn(another, client)).user, { role: 'admin' })
})

t.test('a password replaced by the settings and the end of its sessions are one transaction', async (t) => {
  const { accounts, sessions, quick } = await setup(t)
  await ensureAdmin(quick, boss)
  const { user } = await accounts.signIn(boss, client)
  const failing: typeof sessions = {
    ...sessions,
    endAll: (id, change) =>
      sessions.endAll(id, async (tx, inDoubt) => {
        await change?.(tx, inDoubt)
        throw new Error('the process is killed')
      }),
  }
  await t.rejects(ensureAdmin({ ...quick, sessions: failing }, another), { message: 'the process is killed' })
  t.equal((await sessions.list(user.id)).length, 1)
  await t.resolves(accounts.signIn(boss, client), 'the old password holds until its sessions end')
})

t.test('no sample admin is created if another admin is created meanwhile', async (t) => {
  const { db, quick, slow, during } = await setup(t)
  during(() => ensureAdmin(quick, boss))
  t.equal(await makeFirstAdmin(slow), undefined)
  t.same(await db.read.user.findMany({ select: { email: true } }), [{ email: boss.email }])
})

t.test('one of two concurrent registrations of an address is refused', async (t) => {
  const { db, accounts, during } = await setup(t)
  during(() => accounts.register({ name: 'Quick', ...boss }))
  await t.rejects(accounts.register({ name: 'Slow', ...boss }), { code: 'email-taken', statusCode: 409 })
  t.match(await db.read.user.findMany(), [{ name: 'Quick' }])
})
