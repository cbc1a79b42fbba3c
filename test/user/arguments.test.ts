import { join } from 'node:path'
import t, { type Test } from 'tap'
import { migrate, openDb } from '../../src/db/open.js'
import { databaseOf, onServer } from '../helpers/database.js'
import { noTerminal, runUser, typeAtUser } from '../helpers/user-program.js'

const created = /^The account ada@shop\.test was created/m

/** Creates an empty database. */
async function setup(t: Test) {
  const dir = t.testdir()
  const url = await databaseOf(t, dir)
  await migrate(url)
  const usersOf = async () => {
    const db = await openDb(url)
    const users = await db.read.user.findMany({ orderBy: { id: 'asc' } })
    await db.close()
    return users.map(({ email, role }) => `${email} ${role}`)
  }
  return { dir, url, usersOf }
}

t.test('invalid arguments are refused in a line, with exit code 2', async (t) => {
  const { url, usersOf } = await setup(t)
  const create = ['create', 'ada@shop.test', '--yes']
  for (const [args, message] of [
    [[], /a command is required/],
    [['destroy'], /"destroy" is no command/],
    [['constructor'], /is no command/],
    [['create'], /takes one email address/],
    [['create', 'ada'], /"ada" is no email address/],
    [['unlock', 'a@shop.test', 'b@shop.test', '--yes'], /takes one email address/],
    [['list', 'ada@shop.test'], /takes options alone/],
    [['list', '--limit', '0x10'], /--limit is a number from 1 to 10000/],
    [[...create, '--generate', '--role', 'owner'], /--role is one of customer, staff, admin/],
    [[...create, '--generate', '--name', 'a\nb'], /--name is a text/],
    [[...create, '--password', 'correct horse'], /Unknown option '--password'/],
    [[...create, '--generate', '--password-stdin'], /exclude each other/],
    [create, /no terminal to ask for the password/],
    [['create', 'ada@shop.test', '--generate'], /no terminal to ask at: add --yes/],
    [['create', 'ada@shop.test', '--password-stdin'], /--password-stdin takes --yes too/],
    [['unlock', 'ada@shop.test'], /no terminal to ask at/],
  ] as const) {
    const refused = await runUser(t, url, [...args])
    t.match(refused, { code: 2, output: '', errors: message }, args.join(' '))
    t.match(refused.errors, /^Nothing was changed: .*\nstockroom user --help lists the commands\.\n$/)
  }
  t.same(await usersOf(), [])
  for (const args of [['--help'], ['create', '--help']])
    t.match(await runUser(t, url, args), { code: 0, errors: '', output: /^Usage: stockroom user COMMAND/ })
})

t.test(
  'a database that is missing is not made, and invalid settings are named',
  { skip: onServer },
  async (t) => {
    const { dir } = await setup(t)
    const missing = `file:${join(dir, 'none.db')}`
    t.match(await runUser(t, missing, ['list']), { code: 1, errors: /there is no file .*none\.db/ })
    const env = { BCRYPT_COST: 'x' }
    t.match(await runUser(t, missing, ['list'], { env }), { code: 1, errors: /BCRYPT_COST must be/ })
  },
)

t.test('at a terminal, it asks before it acts, and shows no password', { skip: noTerminal }, async (t) => {
  const { url, usersOf } = await setup(t)
  const args = ['create', 'ada@shop.test', '--role', 'admin']
  const plan = /with the role admin\.\s+Continue\? \[y\/N\] $/
  const declined = await typeAtUser(t, url, args, [[plan, '\r']])
  t.match(declined, { code: 1, screen: /Nothing was changed: it was not confirmed/ })
  const interrupted = await typeAtUser(t, url, args, [[plan, '\x03']])
  t.match(interrupted, { code: 1, screen: /it was interrupted/ })
  t.same(await usersOf(), [])

  const password = 'correct horse battery'
  const done = await typeAtUser(t, url, args, [
    [plan, 'y\r'],
    [/New password: $/, 'short\r'],
    [/at least 8 characters\.\s+New password: $/, `${password}\r`],
    [/Once more: $/, 'something else\r'],
    [/two passwords\.\s+New password: $/, `${password}\r`],
    [/Once more: $/, `${password}\r`],
  ])
  t.match(done, { code: 0, screen: created })
  t.notMatch(done.screen, /correct|something/)
  t.same(await usersOf(), ['ada@shop.test admin'])
})
