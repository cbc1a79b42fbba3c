import t from 'tap'
import { createAccounts } from '../../../src/accounts/accounts.js'
import { createLockout } from '../../../src/accounts/lockout/lockout.js'
import { createPasswords } from '../../../src/accounts/passwords/hashing.js'
import { noteCosts } from '../../../src/accounts/passwords/note-costs.js'
import { buildEmpty } from '../../helpers/app.js'

const client = { ip: '203.0.113.7', userAgent: undefined }
const password = 'correct horse'
const never = new AbortController().signal

t.test('a sign-in does the same work before its answer, whatever the account', async (t) => {
  const app = await buildEmpty(t, { production: true, jwtSecret: 'x'.repeat(32) })
  const { db, eventLog } = app
  const { sessions } = app.accounts
  const at = (cost: number, onWork?: (rounds: number) => void) => {
    const passwords = createPasswords({ cost, maxWaiting: 100, ...(onWork && { onWork }) })
    t.teardown(() => passwords.close())
    return {
      passwords,
      accounts: createAccounts({ db, eventLog, passwords, sessions, lockout: createLockout() }),
    }
  }
  const emails = { older: 'older@shop.test', current: 'current@shop.test', dearer: 'dearer@shop.test' }
  for (const [cost, email] of [
    [4, emails.older],
    [5, emails.current],
    [6, emails.dearer],
  ] as const)
    await at(cost).accounts.register({ name: 'Someone', email, password })

  let rounds = 0
  const { passwords, accounts } = at(5, (more) => {
    rounds += more
  })
  await noteCosts(db, passwords, never)
  const workOf = async (email: string, typed: string) => {
    rounds = 0
    const outcome = await accounts.signIn({ email, password: typed }, client).then(
      () => 'in',
      (error) => error.code,
    )
    const before = rounds
    await accounts.renewals.settled()
    return { outcome, before, after: rounds - before }
  }
  const refused = { outcome: 'invalid-credentials', before: 64, after: 0 }
  t.same(await workOf('unknown@shop.test', password), refused)
  for (const email of Object.values(emails)) t.same(await workOf(email, 'incorrect horse'), refused, email)
  t.same(await workOf(emails.current, 'x'.repeat(100)), refused)
  t.same(await workOf(emails.current, 'correct\0horse'), refused)
  t.same(await workOf(emails.older, password), { outcome: 'in', before: 64, after: 32 }, 'renewed afterwards')
  t.same(await workOf(emails.dearer, password), { outcome: 'in', before: 64, after: 32 })
  for (const email of Object.values(emails))
    t.same(await workOf(email, password), { outcome: 'in', before: 64, after: 0 }, email)
})

t.test('the costs of all users are noted, in steps, until the process closes', async (t) => {
  const { db } = await buildEmpty(t, { production: true, jwtSecret: 'x'.repeat(32) })
  const at = new Date()
  const noted: number[] = []
  const passwords = createPasswords({ cost: 4, maxWaiting: 1 })
  const noting = { ...passwords, noteCost: (cost: number) => void noted.push(cost) }
  await noteCosts(db, noting, never)
  t.same(noted, [], 'there are no users')

  const rest = 'x'.repeat(53)
  const others = new Map([
    [999, `$bcrypt-sha256$v=2,t=2b,r=11$${'x'.repeat(22)}$${'x'.repeat(31)}`],
    [1_000, `$bcrypt-sha256$v=2,t=2b,r=5$${'x'.repeat(22)}$${'x'.repeat(31)}`],
    [1_999, `$2b$13$${rest}`],
    [2_000, ''],
    [2_100, `$2b$09$${rest}`],
  ])
  const data = Array.from({ length: 2_101 }, (_, i) => {
    const id = `019aa3c2-7a4e-7c31-9f0e-${String(i).padStart(12, '0')}`
    const password = others.get(i) ?? `$2b$04$${rest}`
    return { id, name: 'x', email: `${i}@shop.test`, password, createdAt: at, updatedAt: at }
  })
  await db.write((tx) => tx.user.createMany({ data }))
  await noteCosts(db, noting, AbortSignal.abort())
  t.same(noted, [])
  await noteCosts(db, noting, never)
  t.same(
    noted.toSorted((a, b) => a - b),
    [0, 4, 4, 4, 5, 9, 11, 13],
  )
})
