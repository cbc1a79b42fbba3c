import { setTimeout } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { databaseOf } from '../helpers/database.js'
import { codeOf } from '../helpers/mfa.js'
import { noRateLimits, startServer } from '../helpers/process.js'
import { runUser } from '../helpers/user-program.js'

const admin = { ADMIN_EMAIL: 'boss@shop.test', ADMIN_PASSWORD: 'walnut desk lamp' }
const ada = { name: 'Ada', email: 'ada@shop.test', password: 'correct horse' }
const json = { 'content-type': 'application/json' }

/** Starts a server with an admin and Ada, and returns what runs commands beside it. */
async function setup(t: Test) {
  const dir = t.testdir()
  const url = await databaseOf(t, dir, 'data/stockroom.db')
  const server = await startServer(t, dir, { ...noRateLimits, ...admin })
  const call = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, {
      method,
      headers: { ...headers, ...(body && json) },
      ...(body && { body: JSON.stringify(body) }),
    })
  const signIn = async (email = ada.email, password = ada.password) => {
    const answer = await call('POST', '/auth/login', { email, password })
    const { accessToken, user } = (await answer.json()) as { accessToken?: string; user?: { role: string } }
    return { status: answer.status, role: user?.role, headers: { authorization: `Bearer ${accessToken}` } }
  }
  await call('POST', '/auth/register', ada)
  const run = (args: string[], input?: string) =>
    runUser(t, url, args, { ...(input !== undefined && { input }) })
  return { url, server, call, signIn, run }
}

type Setup = Awaited<ReturnType<typeof setup>>

/** Resolves once the running server refuses the session of `headers`; before, the test does not end. */
async function untilRefused(call: Setup['call'], headers: Record<string, string>): Promise<void> {
  while ((await call('GET', '/auth/me', undefined, headers)).status !== 401) await setTimeout(50)
}

t.test('create makes an account of any role with a generated or a given password', async (t) => {
  const { signIn, run } = await setup(t)
  const made = await run(['create', ' Grace@Shop.test', '--role', 'staff', '--generate', '--yes'])
  t.match(made, {
    code: 0,
    errors: '',
    output: /^The account grace@shop\.test was created, with the role staff\./,
  })
  const [, password = ''] = /The password is (\S+)\n/.exec(made.output) ?? []
  t.match(password, /^([0-9a-z]{4}-){6}[0-9a-z]{4}$/)
  t.match(await signIn('grace@shop.test', password), { status: 200, role: 'staff' })

  const given = await run(
    ['create', 'joan@shop.test', '--name', 'Joan Clarke', '--password-stdin', '--yes'],
    'two ladders and a lamp\nanother line\n',
  )
  t.match(given, { code: 0, output: /with the role customer\.\n$/ })
  t.notMatch(given.output, /ladders/)
  t.match(await signIn('joan@shop.test', 'two ladders and a lamp'), { status: 200, role: 'customer' })

  for (const [args, input, message] of [
    [['create', ada.email, '--generate'], '', /ada@shop\.test has an account already\./],
    [
      ['create', 'mary@shop.test', '--password-stdin'],
      'short',
      /the password must have at least 8 characters/,
    ],
    [['create', 'mary@shop.test', '--password-stdin'], 'mary@shop.test', /must not consist only of your/],
    [['create', 'mary@shop.test', '--password-stdin'], '', /the password must have at least 8 characters/],
  ] as const)
    t.match(await run([...args, '--yes'], input), { code: 1, output: '', errors: message })
  t.equal((await signIn('mary@shop.test', 'short')).status, 401)
})

t.test('reset-password ends every session of the account, and lifts the lock', async (t) => {
  const { call, signIn, run } = await setup(t)
  const { headers } = await signIn()
  for (let i = 0; i < 5; i++) await signIn(ada.email, 'wrong')
  t.equal((await signIn()).status, 429)
  const password = 'nine lamps and a ladder'
  const done = await run(['reset-password', ada.email, '--password-stdin', '--yes'], `${password}\n`)
  t.match(done, {
    code: 0,
    errors: '',
    output: /^ada@shop\.test has a new password, and every session has ended\.\n$/,
  })
  t.equal((await signIn(ada.email, password)).status, 200, 'the lock is lifted')
  t.equal((await signIn()).status, 401, 'the old password is void')
  await untilRefused(call, headers)
  t.match(await run(['reset-password', 'nobody@shop.test', '--generate', '--yes']), {
    code: 1,
    errors: 'Nothing was changed: no account has the address nobody@shop.test.\n',
  })
})

t.test('unlock lifts a lock that a running server keeps in its memory', async (t) => {
  const { signIn, run } = await setup(t)
  for (let i = 0; i < 5; i++) await signIn(ada.email, 'wrong')
  t.equal((await signIn()).status, 429)
  t.match(await run(['unlock', ada.email, '--yes']), {
    code: 0,
    output: 'The lock of ada@shop.test is lifted.\n',
  })
  t.equal((await signIn()).status, 200)
})

t.test('promote changes a role, and keeps the last admin', async (t) => {
  const { call, signIn, run } = await setup(t)
  const refused = await run(['promote', admin.ADMIN_EMAIL, '--role', 'customer', '--yes'])
  t.match(refused, { code: 1, errors: /^Nothing was changed: The shop needs an admin/ })
  t.match(await run(['promote', ada.email, '--yes']), {
    code: 0,
    output: 'ada@shop.test has the role admin.\n',
  })
  t.match(await run(['promote', ada.email, '--yes']), { code: 0, output: /already: nothing was changed/ })
  const { headers, role } = await signIn()
  t.equal(role, 'admin')
  t.equal((await call('GET', '/users', undefined, headers)).status, 200)

  const boss = await signIn(admin.ADMIN_EMAIL, admin.ADMIN_PASSWORD)
  const { items } = (await (await call('GET', '/users?q=ada', undefined, boss.headers)).json()) as {
    items: [{ id: string }]
  }
  await call('PATCH', `/users/${items[0].id}`, { disabled: true }, boss.headers)
  const disabled = await run(['promote', ada.email, '--role', 'staff', '--yes'])
  t.match(disabled, { code: 0, output: 'ada@shop.test has the role staff.\n' })
  t.equal((await signIn()).status, 403)
  t.match(await run(['promote', ada.email, '--role', 'staff', '--yes']), { output: /--enable ends that/ })
  t.equal((await run(['promote', ada.email, '--role', 'staff', '--enable', '--yes'])).code, 0)
  t.match(await signIn(), { status: 200, role: 'staff' })
})

t.test('reset-mfa removes every second factor, and ends every session', async (t) => {
  const { call, signIn, run } = await setup(t)
  t.match(await run(['reset-mfa', ada.email, '--yes']), {
    code: 0,
    output: 'ada@shop.test has no second factor: nothing was changed.\n',
  })
  const { headers } = await signIn()
  const { password } = ada
  const totp = await (await call('POST', '/auth/mfa/totp', { password }, headers)).json()
  const { secret } = totp as { secret: string }
  await call('POST', '/auth/mfa/totp/confirm', { code: codeOf(secret) }, headers)
  t.equal((await signIn()).status, 401)
  t.match(await run(['reset-mfa', ada.email, '--yes']), {
    code: 0,
    errors: '',
    output: 'ada@shop.test signs in with the password alone, and every session has ended.\n',
  })
  const again = await signIn()
  t.equal(again.status, 200)
  const left = await (await call('GET', '/auth/mfa', undefined, again.headers)).json()
  t.same(left, { totp: false, passkeys: 0, recoveryCodesLeft: 0 })
  await untilRefused(call, headers)
  const boss = await signIn(admin.ADMIN_EMAIL, admin.ADMIN_PASSWORD)
  const { items } = (await (await call('GET', '/audit?limit=1', undefined, boss.headers)).json()) as {
    items: object[]
  }
  t.match(items, [
    {
      action: 'user.factor-removed',
      actor: { type: 'system' },
      details: { factor: 'totp', by: 'operator' },
    },
  ])
  t.match(await run(['reset-mfa', 'nobody@shop.test', '--yes']), { code: 1 })
})

t.test('list shows the accounts that match', async (t) => {
  const { run } = await setup(t)
  const all = await run(['list'])
  t.equal(all.code, 0)
  const [head = '', ...rows] = all.output.trimEnd().split('\n')
  t.match(head, /^EMAIL +NAME +ROLE +STATE +LAST SEEN +CREATED$/)
  t.same(
    rows.map((row) => row.split(/ {2,}/).slice(0, 3)),
    [
      ['ada@shop.test', 'Ada', 'customer'],
      ['boss@shop.test', 'Admin', 'admin'],
    ],
  )
  t.match((await run(['list', '--role', 'admin'])).output, /^EMAIL.*\nboss@shop\.test .*\n$/)
  t.match((await run(['list', '--q', 'ada'])).output, /^EMAIL.*\nada@shop\.test .*\n$/)
  t.match((await run(['list', '--disabled'])).output, /^EMAIL.*\n$/)
  t.match((await run(['list', '--limit', '1'])).output, /^EMAIL.*\nada@.*\nThere may be more/)
})

t.test('the audit trail has each change, made by the system and without a name', async (t) => {
  const { call, signIn, run } = await setup(t)
  await run(['create', 'grace@shop.test', '--role', 'staff', '--generate', '--yes'])
  await run(['promote', 'grace@shop.test', '--yes'])
  await run(['unlock', 'grace@shop.test', '--yes'])
  await run(['reset-password', 'grace@shop.test', '--generate', '--yes'])
  const boss = await signIn(admin.ADMIN_EMAIL, admin.ADMIN_PASSWORD)
  const answer = await call('GET', '/audit?limit=4', undefined, boss.headers)
  const { items } = (await answer.json()) as { items: { action: string; actor: { type: string } }[] }
  t.same(
    items.map(({ action }) => action),
    ['user.password-changed', 'user.unlocked', 'user.role-changed', 'user.created'],
  )
  t.ok(items.every(({ actor }) => actor.type === 'system'))
  t.notMatch(JSON.stringify(items), /grace@/)
})
